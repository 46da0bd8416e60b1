"""Changed weights: made when needed, in fp32, shared where they did not change."""

import pytest
import torch
from torch import nn

from dgx_pixels.engine.weights import Change, Weights, merged


class Net(nn.Module):
    def __init__(self, seed: int, dtype: torch.dtype = torch.float16) -> None:
        super().__init__()
        draw = torch.Generator().manual_seed(seed)
        self.conv = nn.Conv2d(3, 4, 3)
        self.linear = nn.Linear(5, 2)
        for parameter in self.parameters():
            parameter.data = torch.randn(parameter.shape, generator=draw).to(dtype)
        self.to(memory_format=torch.channels_last).requires_grad_(requires_grad=False)


@pytest.fixture
def nets():
    return Net(0), Net(1)


def test_unchanged_weights_are_the_network_itself(nets):
    weights = Weights(nets[0])
    assert weights.module() is nets[0]
    assert weights.changed({}).module() is nets[0]
    assert weights.cast(torch.float16).module() is nets[0]


def test_a_change_is_computed_in_fp32_and_rounded_once(nets):
    first, second = (net.linear.weight for net in nets)
    weights = Weights(nets[0]).changed({"linear.weight": Change(0.7, 0.3, lambda: second)})
    weights = weights.changed({"linear.weight": Change(1.1)})
    expected = (first.float() * 0.7 + 0.3 * second.float()) * 1.1
    assert torch.equal(weights.exact("linear.weight"), expected)
    assert torch.equal(weights.module().linear.weight, expected.half())


def test_what_did_not_change_is_shared(nets):
    changed = Weights(nets[0]).changed({"linear.bias": Change(2.0)}).module()
    assert changed.linear.weight is nets[0].linear.weight
    assert changed.conv.weight is nets[0].conv.weight
    assert not torch.equal(changed.linear.bias, nets[0].linear.bias)


def test_the_base_and_earlier_values_stay_as_they_were(nets):
    before = {name: tensor.clone() for name, tensor in nets[0].state_dict().items()}
    plain = Weights(nets[0])
    changed = plain.changed({"linear.bias": Change(2.0)})
    changed.module()
    assert not plain.changes
    assert all(torch.equal(before[name], tensor) for name, tensor in nets[0].state_dict().items())


def test_nothing_is_computed_before_it_is_needed_and_then_once(nets):
    calls = []

    def other():
        calls.append(1)
        return torch.ones(2)

    weights = Weights(nets[0]).changed({"linear.bias": Change(1.0, 1.0, other)})
    assert not calls
    module = weights.module()
    assert weights.module() is module
    assert len(calls) == 1
    weights.forget()
    again = weights.module()
    assert again is not module
    assert torch.equal(again.linear.bias, module.linear.bias)


def test_names_that_the_network_lacks_are_left_out(nets):
    assert Weights(nets[0]).changed({"nowhere.weight": Change(2.0)}).module() is nets[0]


def test_a_factor_for_each_row(nets):
    rows = torch.tensor([1.0, 3.0])
    weights = Weights(nets[0]).changed({"linear.weight": Change(rows[:, None])})
    expected = nets[0].linear.weight.float() * rows[:, None]
    assert torch.equal(weights.exact("linear.weight"), expected)


def test_another_precision_converts_everything(nets):
    cast = Weights(nets[0]).changed({"linear.bias": Change(0.5)}).cast(torch.float32)
    module = cast.module()
    assert {p.dtype for p in module.parameters()} == {torch.float32}
    assert torch.equal(module.conv.weight, nets[0].conv.weight.float())
    assert torch.equal(module.linear.bias, nets[0].linear.bias.float() * 0.5)
    assert nets[0].conv.weight.dtype == torch.float16


def test_convolutions_stay_channels_last(nets):
    module = Weights(nets[0]).changed({"conv.weight": Change(0.5)}).module()
    assert module.conv.weight.is_contiguous(memory_format=torch.channels_last)


def test_merging_with_everything_kept_changes_nothing(nets):
    first, second = map(Weights, nets)
    assert merged(first, second, lambda _name: (1.0, 0.0)).module() is nets[0]


def test_merging_with_nothing_kept_is_the_other_bit_for_bit(nets):
    first, second = map(Weights, nets)
    module = merged(first, second, lambda _name: (0.0, 1.0)).module()
    for name, tensor in module.state_dict().items():
        assert torch.equal(tensor, nets[1].state_dict()[name])


def test_a_merge_of_merges_is_not_rounded_between(nets):
    first, second = map(Weights, nets)
    inner = merged(second, first, lambda _name: (0.3, 0.7))
    outer = merged(first, inner, lambda _name: (0.5, 0.5))
    a, b = (net.linear.weight.float() for net in nets)
    assert torch.equal(outer.exact("linear.weight"), a * 0.5 + 0.5 * (b * 0.3 + 0.7 * a))


def test_tensors_of_another_shape_stay(nets):
    other = Net(1)
    other.linear = nn.Linear(6, 2, dtype=torch.float16)
    weights = merged(Weights(nets[0]), Weights(other), lambda _name: (0.5, 0.5))
    assert "linear.weight" not in weights.changes
    assert "linear.bias" in weights.changes
    assert weights.module().linear.weight is nets[0].linear.weight


def test_weights_made_while_inferring_can_be_used_afterwards(nets):
    weights = Weights(nets[0]).changed({"linear.bias": Change(0.5)}).cast(torch.float32)
    with torch.inference_mode():
        weights.module()
    with torch.no_grad():
        assert weights.module().linear(torch.ones(1, 5)).isfinite().all()
