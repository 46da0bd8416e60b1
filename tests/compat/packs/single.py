"""A pack of one file that subclasses a built-in node and imports what heavier packs import."""

import comfy.cli_args
import comfy.clip_vision
import comfy.conds
import comfy.controlnet
import comfy.diffusers_convert
import comfy.float
import comfy.hooks
import comfy.k_diffusion.sampling
import comfy.latent_formats
import comfy.ldm.modules.attention
import comfy.lora
import comfy.model_base
import comfy.model_management
import comfy.model_patcher
import comfy.model_sampling
import comfy.ops
import comfy.patcher_extension
import comfy.sample
import comfy.samplers
import comfy.sd
import comfy.sd1_clip
import comfy.sdxl_clip
import comfy_execution.caching
import comfy_execution.progress
import comfy_execution.utils
import comfy_execution.validation
import comfy_extras.nodes_custom_sampler
import comfy_extras.nodes_mask
import execution
import folder_paths
import latent_preview
import node_helpers
import nodes
import server


class SaveTwice(nodes.SaveImage):
    CATEGORY = "test"

    def save_images(self, images, filename_prefix="Twice", prompt=None, extra_pnginfo=None):
        first = super().save_images(images, filename_prefix, prompt, extra_pnginfo)
        second = super().save_images(1 - images, filename_prefix, prompt, extra_pnginfo)
        return {"ui": {"images": first["ui"]["images"] + second["ui"]["images"]}}


class Facts:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"sampler": (comfy.samplers.KSampler.SAMPLERS,)}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "tell"
    CATEGORY = "test"
    OUTPUT_NODE = True

    def tell(self, sampler):
        context = comfy_execution.utils.get_executing_context()
        text = [
            folder_paths.get_output_directory(),
            "pocket.safetensors" in folder_paths.get_filename_list("checkpoints"),
            str(comfy.model_management.get_torch_device()),
            context.node_id,
            comfy.samplers.KSampler.SCHEDULERS[0],
            server.PromptServer.instance.last_node_id,
            nodes.MAX_RESOLUTION,
            comfy_extras.nodes_mask.GrowMask.__name__,
        ]
        return {"ui": {"text": [str(item) for item in text]}, "result": (sampler,)}


NODE_CLASS_MAPPINGS = {"TestSaveTwice": SaveTwice, "TestFacts": Facts, "TestAlias": nodes.ImageInvert}
