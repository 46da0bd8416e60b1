"""Prompt weights, under the names that packs know."""

from dgx_pixels.engine.prompt import parse_weights


def escape_important(text: str) -> str:
    r"""Escaped parentheses as characters that mean nothing."""
    return text.replace("\\)", "\0\1").replace("\\(", "\0\2")


def unescape_important(text: str) -> str:
    """The parentheses back."""
    return text.replace("\0\1", ")").replace("\0\2", "(")


def token_weights(string: str, current_weight: float = 1.0) -> list[tuple[str, float]]:
    """Pieces of a prompt with their weights, parentheses read."""
    return [
        (s.text, s.weight * current_weight) for s in parse_weights(string.replace("\0\1", "\\)").replace("\0\2", "\\("))
    ]


class SDTokenizer:
    """SD's tokenizer, for `isinstance`."""


class SDClipModel:
    """SD's text encoder, for `isinstance`."""
