"""sRGB and OKLab. Knows colours only, no pictures.

Source: Björn Ottosson, "A perceptual color space for image processing" (2020).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_LINEAR_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_LAB_TO_LMS = np.linalg.inv(_LMS_TO_LAB)
_LMS_TO_LINEAR = np.linalg.inv(_LINEAR_TO_LMS)


def srgb_to_oklab(rgb: ArrayLike) -> NDArray[np.float64]:
    """OKLab (..., 3) of sRGB (..., 3); integers are taken as 0..255, floats as 0..1."""
    c = np.asarray(rgb)
    c = c / 255.0 if c.dtype.kind in "ui" else c.astype(np.float64)
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _LINEAR_TO_LMS.T) @ _LMS_TO_LAB.T


def oklab_to_srgb(lab: ArrayLike) -> NDArray[np.float64]:
    """SRGB (..., 3) in 0..1, clipped to the gamut, of OKLab (..., 3)."""
    linear = np.clip((np.asarray(lab) @ _LAB_TO_LMS.T) ** 3 @ _LMS_TO_LINEAR.T, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
