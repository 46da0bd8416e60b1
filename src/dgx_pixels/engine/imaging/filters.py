"""Blur, sharpening, edges and the shapes of bright regions, on IMAGE values (B, H, W, C). Knows no node."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - its usual name
from numpy.typing import NDArray
from torch import Tensor

_LUMA: Final = (0.299, 0.587, 0.114)
_STEPS: Final[tuple[tuple[int, int], ...]] = ((0, 1), (1, 1), (1, 0), (1, -1))
"""Row and column of the neighbour that a gradient of 0, 45, 90 or 135 degrees points to."""


def blurred(image: Tensor, radius: int, sigma: float) -> Tensor:
    """A Gaussian over ``2 * radius + 1`` pixels each way, mirrored at the borders.

    ``sigma`` is in units of the radius, so that the window holds the same part of the bell at every size.
    """
    line = torch.linspace(-1, 1, 2 * radius + 1)
    return _separable(image, torch.exp(-(line**2) / (2 * sigma**2)))


def sharpened(image: Tensor, radius: int, sigma: float, alpha: float) -> Tensor:
    """What a blur takes away, ten times ``alpha`` as strong, put on top; in 0..1."""
    return (image + 10 * alpha * (image - blurred(image, radius, sigma))).clamp(0, 1)


def _separable(image: Tensor, weights: Tensor) -> Tensor:
    """Each channel through the normalised window ``weights`` (odd,) along both axes."""
    planes = image.movedim(-1, 1)
    channels, radius = planes.shape[1], len(weights) // 2
    window = (weights / weights.sum()).to(planes).expand(channels, 1, -1)
    # Mirroring needs more pixels than it mirrors.
    mode = "reflect" if radius < min(planes.shape[-2:]) else "replicate"
    padded = F.pad(planes, (radius, radius, radius, radius), mode=mode)
    across = F.conv2d(padded, window[..., None, :], groups=channels)
    return F.conv2d(across, window[..., None], groups=channels).movedim(1, -1)


def canny(image: Tensor, low: float, high: float) -> Tensor:
    """Edges (B, H, W) of RGB: 1 along crests of the gradient, 0.5 or 0 elsewhere.

    A crest above ``high`` is an edge, one above ``low`` if it hangs together with such. J. Canny, "A computational
    approach to edge detection" (1986), with the customary window of 5, deviation 1, and Sobel's gradient.
    """
    grey = (image[..., :3] * torch.tensor(_LUMA).to(image)).sum(-1, keepdim=True)
    line = torch.arange(-2.0, 3.0)
    smooth = _separable(grey, torch.exp(-(line**2) / 2)).movedim(-1, 1)
    padded = F.pad(smooth, (1, 1, 1, 1), mode="replicate")
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    across, down = (F.conv2d(padded, kernel[None, None].to(padded))[:, 0] for kernel in (sobel, sobel.mT))
    steep = (across**2 + down**2 + 1e-6).sqrt()
    direction = torch.round(torch.atan2(down, across) / (torch.pi / 4)).long() % 4
    crest = _crests(steep, direction)
    return torch.from_numpy(np.stack([_linked(plane, low, high) for plane in crest.cpu().numpy()])).to(image)


def _crests(steep: Tensor, direction: Tensor) -> Tensor:
    """``steep`` (B, H, W) where it exceeds both neighbours in its direction, else 0."""
    height, width = steep.shape[-2:]
    padded = F.pad(steep, (1, 1, 1, 1))
    largest = torch.zeros_like(steep)
    for k, (down, across) in enumerate(_STEPS):
        one = padded[:, 1 + down : 1 + down + height, 1 + across : 1 + across + width]
        other = padded[:, 1 - down : 1 - down + height, 1 - across : 1 - across + width]
        largest = torch.where(direction == k, torch.maximum(one, other), largest)
    return torch.where(steep > largest, steep, 0.0)


def _linked(crest: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    """1 where a crest above ``low`` reaches one above ``high``, 0.5 on the others above ``low``."""
    from scipy import ndimage

    weak = crest > low
    labelled: Any = ndimage.label(weak, np.ones((3, 3)))
    groups = labelled[0]
    strong = np.unique(groups[weak & (crest > high)])
    return np.where(weak, np.where(np.isin(groups, strong), 1.0, 0.5), 0.0).astype(np.float32)


_Shape: TypeAlias = Callable[[Tensor, int], Tensor]


def eroded(image: Tensor, size: int) -> Tensor:
    """The least in a square window around each pixel."""
    return _extreme(image, size, "minimum_filter1d", np.inf)


def dilated(image: Tensor, size: int) -> Tensor:
    """The largest in a square window around each pixel."""
    return _extreme(image, size, "maximum_filter1d", -np.inf)


def _extreme(image: Tensor, size: int, name: str, outside: float) -> Tensor:
    from scipy import ndimage

    extreme: Any = getattr(ndimage, name)
    pixels = image.cpu().numpy()
    for axis in (1, 2):
        pixels = extreme(pixels, size, axis=axis, mode="constant", cval=outside)
    return torch.from_numpy(pixels).to(image)


def _opened(image: Tensor, size: int) -> Tensor:
    return dilated(eroded(image, size), size)


def _closed(image: Tensor, size: int) -> Tensor:
    return eroded(dilated(image, size), size)


MORPHOLOGY: Final[dict[str, _Shape]] = {
    "erode": eroded,
    "dilate": dilated,
    "open": _opened,
    "close": _closed,
    "gradient": lambda image, size: dilated(image, size) - eroded(image, size),
    "bottom_hat": lambda image, size: _closed(image, size) - image,
    "top_hat": lambda image, size: image - _opened(image, size),
}
"""Of an image and the side of the window in pixels."""


def grown(mask: Tensor, steps: int, *, corners: bool) -> Tensor:
    """A mask (B, H, W) whose bright regions grow by ``steps`` pixels (negative: shrink), a pixel at a time.

    ``corners``: to diagonal neighbours as well.
    """
    before = mask.cpu().numpy()
    sign = 1 if steps > 0 else -1  # what shrinks is the negative that grows
    before = before * sign
    for _ in range(abs(steps)):
        after = _neighbours(before, axis=1)
        after = _neighbours(after, axis=2) if corners else np.maximum(after, _neighbours(before, axis=2))
        if np.array_equal(after, before):
            break
        before = after
    return torch.from_numpy(before * sign).to(mask)


def _neighbours(planes: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """The largest of each element and the ones before and after it along an axis of (B, H, W)."""
    largest = planes.copy()
    ahead, behind = (slice(1, None), slice(None, -1))
    index: dict[int, tuple[Any, Any]] = {
        1: ((slice(None), ahead), (slice(None), behind)),
        2: ((..., ahead), (..., behind)),
    }
    later, earlier = index[axis]
    np.maximum(largest[later], planes[earlier], out=largest[later])
    np.maximum(largest[earlier], planes[later], out=largest[earlier])
    return largest


def to_ycbcr(image: Tensor) -> Tensor:
    """YCbCr (B, H, W, 3) of RGB, all in 0..1, the two differences around 0.5."""
    red, green, blue = image[..., 0], image[..., 1], image[..., 2]
    luma = _LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue
    return torch.stack((luma, (blue - luma) * 0.564 + 0.5, (red - luma) * 0.713 + 0.5), -1)


def to_rgb(ycbcr: Tensor) -> Tensor:
    """RGB (B, H, W, 3) of YCbCr, not clipped."""
    luma, blue, red = ycbcr[..., 0], ycbcr[..., 1] - 0.5, ycbcr[..., 2] - 0.5
    return torch.stack((luma + 1.403 * red, luma - 0.714 * red - 0.344 * blue, luma + 1.773 * blue), -1)
