"""Devices and precisions by the names a user types."""

import pytest
import torch

from dgx_pixels.core.errors import DeviceError, UsageError
from dgx_pixels.engine.device import DTYPES, dtype_name, pick_device, pick_dtype

CPU = torch.device("cpu")
GPUS = torch.cuda.device_count() if torch.cuda.is_available() else 0


def test_auto_is_a_gpu_where_there_is_one():
    assert pick_device() == (torch.device("cuda", 0) if GPUS else CPU)
    assert pick_device("cpu") == CPU


@pytest.mark.parametrize("name", ["", "gpu", "cpu:0", "cuda:", "cuda:x", "cuda:-1", "CUDA", "auto:1", "mps"])
def test_other_names_are_refused_with_those_there_are(name):
    with pytest.raises(UsageError, match="devices are auto, cpu, cuda and cuda:N"):
        pick_device(name)


def test_a_gpu_that_is_not_there_is_named():
    with pytest.raises(DeviceError, match=f"no cuda:{GPUS}" if GPUS else "--device cpu"):
        pick_device(f"cuda:{GPUS}")


@pytest.mark.skipif(not GPUS, reason="no GPU")
def test_gpus_are_counted_from_zero():
    assert pick_device("cuda") == pick_device("cuda:0") == torch.device("cuda", 0)


def test_a_cpu_computes_in_fp32_unless_told_otherwise():
    assert pick_dtype("auto", CPU) == torch.float32
    assert {name: pick_dtype(name, CPU) for name in DTYPES} == dict(DTYPES)


def test_precisions_have_the_names_they_are_picked_by():
    assert [dtype_name(pick_dtype(name, CPU)) for name in DTYPES] == ["fp32", "fp16", "bf16"]
    with pytest.raises(UsageError, match="auto, fp32, fp16, bf16"):
        pick_dtype("fp8", CPU)
