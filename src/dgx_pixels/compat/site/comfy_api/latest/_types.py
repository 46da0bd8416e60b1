"""The types of links that nodes of the new form name: one class each."""

from comfy.comfy_types import IO

from ._io import (
    BooleanInput,
    ComboInput,
    ComfyType,
    Custom,
    FloatInput,
    IntInput,
    MultiComboInput,
    MultiTypeInput,
    StringInput,
)

AnyType = Custom(IO.ANY)  # its own !=: whatever is linked fits
AudioEncoder = Custom("AUDIO_ENCODER")
AudioEncoderOutput = Custom("AUDIO_ENCODER_OUTPUT")
Audio = Custom("AUDIO")
BBOX = Custom("BBOX")
Boolean = Custom("BOOLEAN", BooleanInput)
Clip = Custom("CLIP")
ClipVision = Custom("CLIP_VISION")
ClipVisionOutput = Custom("CLIP_VISION_OUTPUT")
Combo = Custom("COMBO", ComboInput)
Conditioning = Custom("CONDITIONING")
ControlNet = Custom("CONTROL_NET")
FaceAnalysis = Custom("FACE_ANALYSIS")
Float = Custom("FLOAT", FloatInput)
FlowControl = Custom("FLOW_CONTROL")
Gligen = Custom("GLIGEN")
Guider = Custom("GUIDER")
HookKeyframes = Custom("HOOK_KEYFRAMES")
Hooks = Custom("HOOKS")
Image = Custom("IMAGE")
Int = Custom("INT", IntInput)
Latent = Custom("LATENT")
LatentOperation = Custom("LATENT_OPERATION")
LoraModel = Custom("LORA_MODEL")
LossMap = Custom("LOSS_MAP")
Mask = Custom("MASK")
Mesh = Custom("MESH")
Model = Custom("MODEL")
ModelPatch = Custom("MODEL_PATCH")
MultiCombo = Custom("COMBO", MultiComboInput)
Noise = Custom("NOISE")
Photomaker = Custom("PHOTOMAKER")
Point = Custom("POINT")
Sampler = Custom("SAMPLER")
SEGS = Custom("SEGS")
Sigmas = Custom("SIGMAS")
String = Custom("STRING", StringInput)
StyleModel = Custom("STYLE_MODEL")
SVG = Custom("SVG")
TimestepsRange = Custom("TIMESTEPS_RANGE")
UpscaleModel = Custom("UPSCALE_MODEL")
Vae = Custom("VAE")
Video = Custom("VIDEO")
Voxel = Custom("VOXEL")
WanCameraEmbedding = Custom("WAN_CAMERA_EMBEDDING")
Webcam = Custom("WEBCAM", StringInput)


class MultiType(ComfyType):
    """An input of several types."""

    io_type = "COMFY_MULTITYPED_V3"
    Input = MultiTypeInput
