"""Words for places where packs hook in; this engine calls none of them by itself."""

from collections.abc import Callable, Sequence
from typing import Any


class CallbacksMP:
    """Moments in the life of a model."""

    ON_CLONE = "on_clone"
    ON_LOAD = "on_load_after"
    ON_DETACH = "on_detach_after"
    ON_CLEANUP = "on_cleanup"
    ON_PRE_RUN = "on_pre_run"
    ON_PREPARE_STATE = "on_prepare_state"
    ON_APPLY_HOOKS = "on_apply_hooks"
    ON_REGISTER_ALL_HOOK_PATCHES = "on_register_all_hook_patches"
    ON_INJECT_MODEL = "on_inject_model"
    ON_EJECT_MODEL = "on_eject_model"


class WrappersMP:
    """Calls that may be wrapped."""

    OUTER_SAMPLE = "outer_sample"
    PREPARE_SAMPLING = "prepare_sampling"
    SAMPLER_SAMPLE = "sampler_sample"
    PREDICT_NOISE = "predict_noise"
    CALC_COND_BATCH = "calc_cond_batch"
    APPLY_MODEL = "apply_model"
    DIFFUSION_MODEL = "diffusion_model"


class WrapperExecutor:
    """A function inside wrappers, each of which is called with what is inside it first."""

    def __init__(
        self, original: Callable[..., Any], wrappers: Sequence[Callable[..., Any]] = (), index: int = 0
    ) -> None:
        self.original = original
        self.wrappers = list(wrappers)
        self.index = index

    @classmethod
    def new_executor(cls, original: Callable[..., Any], wrappers: Sequence[Callable[..., Any]]) -> "WrapperExecutor":
        """A function inside wrappers."""
        return cls(original, wrappers)

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Call the outermost."""
        if self.index >= len(self.wrappers):
            return self.original(*args, **kwargs)
        inner = WrapperExecutor(self.original, self.wrappers, self.index + 1)
        return self.wrappers[self.index](inner, *args, **kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """As `execute`."""
        return self.execute(*args, **kwargs)


def copy_nested_dicts(value: dict[Any, Any]) -> dict[Any, Any]:
    """A copy of a dict and of the dicts and lists in it."""
    return {key: _copied(item) for key, item in value.items()}


def _copied(item: Any) -> Any:
    if isinstance(item, dict):
        return copy_nested_dicts(item)
    return list(item) if isinstance(item, list) else item


def merge_nested_dicts(first: dict[Any, Any], second: dict[Any, Any], copy_dict1: bool = True) -> dict[Any, Any]:
    """Both dicts in one: dicts merged, lists joined, other values of the second."""
    merged = copy_nested_dicts(first) if copy_dict1 else first
    for key, value in second.items():
        mine = merged.get(key)
        if isinstance(mine, dict) and isinstance(value, dict):
            merge_nested_dicts(mine, value, copy_dict1=False)
        elif isinstance(mine, list) and isinstance(value, list):
            mine.extend(value)
        else:
            merged[key] = value
    return merged
