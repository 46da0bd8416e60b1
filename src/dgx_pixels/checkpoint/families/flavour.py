"""What SDXL fine-tunes were trained to predict, told by marker keys at the top level of the file."""

import math
import struct
from typing import Any, TypedDict

from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.architecture import Prediction
from dgx_pixels.core.errors import CheckpointError

EDM_SIGMA_MIN = 0.002
EDM_SIGMA_MAX = 80.0


class Flavour(TypedDict, total=False):
    """The fields of ModelSpec that differ from plain eps-prediction."""

    prediction: Prediction
    zero_snr: bool
    sigma_min: float
    sigma_max: float
    latent_mean: tuple[float, ...]
    latent_std: tuple[float, ...]


def read_flavour(file: TensorFile) -> Flavour:
    """The prediction type; a file without a marker key predicts eps."""
    if "edm_mean" in file and "edm_std" in file:  # Playground 2.5
        return Flavour(
            prediction=Prediction.EDM,
            sigma_min=EDM_SIGMA_MIN,
            sigma_max=EDM_SIGMA_MAX,
            latent_mean=read_floats(file, "edm_mean"),
            latent_std=read_floats(file, "edm_std"),
        )
    if "edm_vpred.sigma_max" in file:  # CosXL
        ends = ("edm_vpred.sigma_min", "edm_vpred.sigma_max")
        low, high = (read_floats(file, end)[0] if end in file else EDM_SIGMA_MIN for end in ends)
        return Flavour(prediction=Prediction.V_EDM, sigma_min=low, sigma_max=high)
    if "v_pred" in file:
        return Flavour(prediction=Prediction.V, zero_snr="ztsnr" in file)
    return Flavour()


def read_floats(file: TensorFile, name: str) -> tuple[float, ...]:
    """The values of a small floating-point tensor; raises CheckpointError where it is none."""
    info = file.info(name)
    formats = {"F64": "d", "F32": "f", "F16": "e", "BF16": "H"}
    if info.dtype not in formats or not 0 < info.nbytes <= 1024:
        found = f"{info.dtype} {list(info.shape)}"
        raise CheckpointError(f"{file.path}: {name}: expected a few floating-point numbers, found {found}")
    buffer = bytearray(info.nbytes)
    file.read_into(name, buffer)
    values: tuple[Any, ...] = struct.unpack(f"<{math.prod(info.shape)}{formats[info.dtype]}", buffer)
    if info.dtype == "BF16":  # the upper half of an fp32
        values = struct.unpack(f"<{len(values)}f", struct.pack(f"<{len(values)}I", *(v << 16 for v in values)))
    if not all(math.isfinite(value) for value in values):
        raise CheckpointError(f"{file.path}: {name}: holds {values}, expected finite numbers")
    return values
