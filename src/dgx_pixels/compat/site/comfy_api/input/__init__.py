"""Names for annotations of inputs."""

from comfy_api.latest import Input

ImageInput = Input.Image
AudioInput = Input.Audio
MaskInput = Input.Mask
LatentInput = Input.Latent
VideoInput = Input.Video

__all__ = ["AudioInput", "ImageInput", "LatentInput", "MaskInput", "VideoInput"]
