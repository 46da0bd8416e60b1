"""Kinds of models, under the names that packs know."""

from enum import Enum

from dgx_pixels.engine.patcher import ModelView as BaseModel


class ModelType(Enum):
    """What a network predicts."""

    EPS = 1
    V_PREDICTION = 2
    V_PREDICTION_EDM = 3
    STABLE_CASCADE = 4
    EDM = 5
    FLOW = 6
    V_PREDICTION_CONTINUOUS = 7
    FLUX = 8


class SDXL(BaseModel):
    """SDXL's models, for `isinstance`."""


class SDXLRefiner(BaseModel):
    """The refiner's models, for `isinstance`."""


class SVD_img2vid(BaseModel):
    """Video models, for `isinstance`: there are none here."""


class Flux(BaseModel):
    """Flux's models, for `isinstance`: there are none here."""


class SD3(BaseModel):
    """SD3's models, for `isinstance`: there are none here."""
