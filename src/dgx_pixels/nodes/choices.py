"""Words that a node offers to choose from. Those of new nodes are not checked before they run."""

from collections.abc import Collection

from dgx_pixels.core.errors import UsageError


def known(word: str, words: Collection[str]) -> str:
    """The word. Raises UsageError for one that is not among ``words``."""
    if word not in words:
        raise UsageError(f"{word!r:.60} is not offered; choose one of {', '.join(words)}")
    return word
