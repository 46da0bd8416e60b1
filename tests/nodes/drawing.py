"""A loaded checkpoint and the nodes of the catalogue, called as a workflow calls them, for the tests of sampling."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from surroundings import Surroundings, surroundings

from dgx_pixels.core.settings import Settings
from dgx_pixels.engine.engine import Engine
from dgx_pixels.engine.handles import load_checkpoint
from dgx_pixels.nodes.catalogue import build_registry


@dataclass
class Drawing:
    """MODEL, CLIP and VAE of one file, and texts already encoded."""

    host: Surroundings
    path: Path
    model: Any
    clip: Any
    vae: Any
    positive: Any = None
    negative: Any = None

    def __post_init__(self):
        self.classes = build_registry(self.host.files).classes
        self.positive = self.node("CLIPTextEncode", text="a cat", clip=self.clip)
        self.negative = self.node("CLIPTextEncode", text="a dog", clip=self.clip)

    def node(self, name: str, **inputs: Any) -> Any:
        """What a node returns; of a tuple of one, that one."""
        return self.host.call(self.classes[name](), **inputs)

    def empty(self, width=32, height=48, batch=1) -> dict[str, Any]:
        return self.node("EmptyLatentImage", width=width, height=height, batch_size=batch)

    def ksampler(self, **changes: Any) -> dict[str, Any]:
        inputs = {
            "model": self.model,
            "seed": 7,
            "steps": 3,
            "cfg": 4.0,
            "sampler_name": "euler",
            "scheduler": "normal",
            "positive": self.positive,
            "negative": self.negative,
            "denoise": 1.0,
        }
        if "latent_image" not in changes:
            changes["latent_image"] = self.empty()
        return self.node("KSampler", **(inputs | changes))

    def bytes(self, latent: dict[str, Any]) -> np.ndarray:
        """The decoded pictures (B, H, W, C) as files hold them."""
        images = self.node("VAEDecode", samples=latent, vae=self.vae)
        return (images * 255).byte().numpy()


def drawing(root: Path, path: Path) -> Drawing:
    """A checkpoint on the CPU, in a host of its own."""
    host = surroundings(root)
    host.engine = Engine(Settings(home=root, device="cpu"))
    return Drawing(host, path, *load_checkpoint(host.engine, path))
