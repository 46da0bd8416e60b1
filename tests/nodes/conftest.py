"""What the tests of nodes share: random numbers that are the same every time."""

import pytest
import torch


@pytest.fixture(autouse=True)
def _same_numbers() -> None:
    torch.manual_seed(0)
