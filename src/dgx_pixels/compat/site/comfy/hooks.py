"""Hooks that come and go while sampling, which this engine does not have, under the names that packs know."""

from enum import Enum


class EnumHookType(Enum):
    """Kinds of hooks."""

    Weight = "weight"
    ObjectPatch = "object_patch"
    AdditionalModels = "add_models"
    TransformerOptions = "transformer_options"
    Injections = "add_injections"


class EnumHookScope(Enum):
    """What a hook goes with."""

    AllConditioning = "all_conditioning"
    HookedOnly = "hooked_only"


class Hook:
    """One hook."""


class HookGroup:
    """Several hooks."""

    def __init__(self) -> None:
        self.hooks: list[Hook] = []

    def add(self, hook: Hook) -> None:
        """One more."""
        self.hooks.append(hook)

    def clone(self) -> "HookGroup":
        """A copy."""
        copy = HookGroup()
        copy.hooks = list(self.hooks)
        return copy


class HookKeyframeGroup:
    """Strengths over time."""
