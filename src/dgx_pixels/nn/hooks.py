"""Functions called from inside a U-Net, and where in it they are called. Knows no paper and no sampler.

A function is told a dict of options: what the caller said of the call (`Hooks.told`) and the place:

* ``block``: ``("input", n)``, ``("middle", 0)`` or ``("output", n)``;
* ``original_shape``: that of the latent, ``[B, C, h, w]``;
* inside transformers ``activations_shape`` (``[B, C, h, w]`` at their resolution), ``transformer_index`` (which
  transformer of the network), ``block_index`` (which block of the transformer), ``n_heads`` and ``dim_head``.

These are the shapes and names that node packs of the ComfyUI world write their functions for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeAlias

from torch import Tensor

Options: TypeAlias = dict[str, Any]

BlockHook: TypeAlias = Callable[[Tensor, Options], Tensor]
"""Another ``h`` (B, C, h, w), or tokens (B, N, C), for the one given."""
SkipHook: TypeAlias = Callable[[Tensor, Tensor, Options], tuple[Tensor, Tensor]]
"""Other (h, skip) of an output block, before they are joined."""
InputsHook: TypeAlias = Callable[[Tensor, Tensor, Tensor, Options], tuple[Tensor, Tensor, Tensor]]
"""Other (B, N, C) that query, key and value are projected from."""
AttentionHook: TypeAlias = Callable[[Tensor, Tensor, Tensor, Options], Tensor]
"""What stands in for the attention of projected q, k, v (B, N, C): (B, N, C), not yet projected out."""
Attend: TypeAlias = Callable[[Tensor], Tensor]
AroundHook: TypeAlias = Callable[[Attend, Tensor, Options], Tensor]
"""Calls (or not) the self-attention, given as a function, on other tokens than the (B, N, C) it was given."""

Where: TypeAlias = tuple[str, int] | tuple[str, int, int]
"""A block, or with a third number one ``block_index`` of its transformer alone."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AttentionHooks:
    """Around one of the two attentions of every transformer block."""

    inputs: tuple[InputsHook, ...] = ()
    instead: Mapping[Where, AttentionHook] = field(default_factory=dict[Where, AttentionHook])
    outputs: tuple[BlockHook, ...] = ()

    def replaced(self, options: Options) -> AttentionHook | None:
        """What stands in for the attention here."""
        kind, number = options["block"]
        return self.instead.get((kind, number, options["block_index"])) or self.instead.get((kind, number))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Hooks:
    """Everything hooked into a U-Net, each in the order of its tuple. Change it with `with_` or `replace`."""

    embedding: tuple[BlockHook, ...] = ()
    """The embedding (B, 4 x model channels) of time step and vector."""
    input: tuple[BlockHook, ...] = ()
    """After every input block."""
    after_skip: tuple[BlockHook, ...] = ()
    """After every input block whose result has been kept for the way up."""
    output: tuple[SkipHook, ...] = ()
    """Before every output block."""
    between: tuple[BlockHook, ...] = ()
    """Tokens between self-attention and attention to the text."""
    around: tuple[AroundHook, ...] = ()
    """The self-attention, everything of ``attn1`` included; the last is the outermost."""
    attn1: AttentionHooks = AttentionHooks()
    """Self-attention."""
    attn2: AttentionHooks = AttentionHooks()
    """Attention to the text."""
    told: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Options that every function is told."""

    def with_(self, **more: Callable[..., Any]) -> Self:
        """The same and one more function, at the end of the tuple so named."""
        return replace(self, **{name: (*getattr(self, name), function) for name, function in more.items()})

    def replacing(self, attention: str, where: Where, hook: AttentionHook) -> Self:
        """The same with ``attn1`` or ``attn2`` replaced at a place."""
        hooks: AttentionHooks = getattr(self, attention)
        return replace(self, **{attention: replace(hooks, instead={**hooks.instead, where: hook})})

    def telling(self, **options: Any) -> Self:
        """The same, its functions being told more."""
        return replace(self, told={**self.told, **options})


class Visit:
    """One pass through a network with hooks: where it is, and what is called there."""

    __slots__ = ("hooks", "options")

    def __init__(self, hooks: Hooks, x: Tensor) -> None:
        self.hooks = hooks
        self.options: Options = {**hooks.told, "original_shape": list(x.shape), "transformer_index": -1}

    def enter(self, kind: str, number: int) -> Self:
        """Be in a block from now on."""
        self.options["block"] = (kind, number)
        return self

    def enter_transformer(self, x: Tensor, heads: int) -> Self:
        """Be in a transformer over the pixels of ``x`` (B, C, h, w) from now on."""
        self.options |= {
            "transformer_index": self.options["transformer_index"] + 1,
            "activations_shape": list(x.shape),
            "n_heads": heads,
            "dim_head": x.shape[1] // heads,
        }
        return self

    def enter_layer(self, index: int) -> Self:
        """Be in a block of the transformer from now on."""
        self.options["block_index"] = index
        return self

    def through(self, hooks: tuple[BlockHook, ...], h: Tensor) -> Tensor:
        """What the hooks make of a tensor."""
        for hook in hooks:
            h = hook(h, self.options)
        return h

    def joined(self, h: Tensor, skip: Tensor) -> tuple[Tensor, Tensor]:
        """What enters an output block."""
        for hook in self.hooks.output:
            h, skip = hook(h, skip, self.options)
        return h, skip
