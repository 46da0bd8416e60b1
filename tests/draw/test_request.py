"""A request is checked where it comes in: every fault is one sentence that says what is offered."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgx_pixels.core.errors import UsageError
from dgx_pixels.core.limits import MAX_PROMPT_CHARS, MAX_SEED, SPRITE_SIZES
from dgx_pixels.draw.request import DrawRequest

FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"prompt": ""}, "prompt is empty"),
    ({"prompt": " \n"}, "prompt is empty"),
    ({"prompt": "x" * (MAX_PROMPT_CHARS + 1)}, "20001 characters"),
    ({"prompt": "a \udcff"}, "not valid UTF-8 at character 3"),
    ({"prompt": None}, "no text"),
    ({"negative": "x" * (MAX_PROMPT_CHARS + 1)}, "negative prompt"),
    ({"size": 33}, "16, 24, 32, 48, 64"),
    ({"size": 0}, "16, 24, 32, 48, 64"),
    ({"size": 32, "width": 256}, "not both"),
    ({"width": 100}, "96 and 104"),
    ({"height": 8}, "from 16"),
    ({"height": 9000}, "to 8192"),
    ({"steps": 0}, "from 1 to 10000"),
    ({"steps": -1}, "from 1 to 10000"),
    ({"steps": 2.5}, "whole number"),
    ({"steps": True}, "whole number"),
    ({"cfg": math.nan}, "cfg nan"),
    ({"cfg": math.inf}, "cfg inf"),
    ({"cfg": -1.0}, "from 0"),
    ({"cfg": "7"}, "a number"),
    ({"seed": -1}, "from 0"),
    ({"seed": MAX_SEED + 1}, "from 0"),
    ({"seed": MAX_SEED, "count": 2}, "largest seed"),
    ({"count": 0}, "from 1 to 1024"),
    ({"denoise": 0.0}, "nothing"),
    ({"denoise": 1.5}, "from 0 to 1"),
    ({"denoise": math.nan}, "denoise nan"),
    ({"colours": 1}, "from 2 to 256"),
    ({"scale": 0}, "from 1"),
    ({"raw": True, "colours": 8}, "raw"),
]


@pytest.mark.parametrize(("fault", "says"), FAULTS)
def test_a_fault_is_one_sentence(fault: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        DrawRequest(**{"prompt": "a red potion", **fault})
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@given(
    size=st.sampled_from(SPRITE_SIZES),
    steps=st.integers(1, 10_000),
    cfg=st.floats(0, 100) | st.integers(0, 100),
    seed=st.integers(0, MAX_SEED),
    denoise=st.floats(0, 1, exclude_min=True),
)
def test_all_that_is_offered_is_taken(**fields: Any) -> None:
    request = DrawRequest(prompt="x", **fields)
    assert {name: getattr(request, name) for name in fields} == fields


def test_sizes_in_model_pixels_need_not_be_square() -> None:
    assert DrawRequest(prompt="x", width=1216, height=832).width == 1216
