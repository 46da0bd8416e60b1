"""A workflow of patches, merges and savers from its API form to its files."""

import asyncio

import pytest
from pocket_drawing import engine
from surroundings import surroundings

from dgx_pixels.checkpoint.families import read_spec
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.graph.execute import Classic, Executor, Request
from dgx_pixels.graph.info import node_info
from dgx_pixels.graph.validate import validate_prompt
from dgx_pixels.nodes import merging, patches_guidance, patches_network, patches_training, saving
from dgx_pixels.nodes.catalogue import build_registry

NODES = (*patches_training.NODES, *patches_guidance.NODES, *patches_network.NODES, *merging.NODES, *saving.NODES)


def filled(registry, name, **links):
    """A node with its defaults and first choices."""
    inputs = dict(links)
    for key, (kind, *options) in registry.classes[name].INPUT_TYPES()["required"].items():
        known = options[0] if options else {}
        choices = kind if isinstance(kind, list) else known.get("options")
        if key not in inputs and (choices or "default" in known):
            inputs[key] = choices[0] if choices else known["default"]
    return {"class_type": name, "inputs": inputs}


@pytest.fixture
def host(tmp_path):
    host = surroundings(tmp_path / "home")
    host.engine = engine()
    return host


def test_every_node_in_one_workflow(host):
    registry = build_registry(host.files)
    prompt = {"0": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "pocket.safetensors"}}}
    model, clip = ["0", 0], ["0", 1]
    loaded = {"model": ["0", 0], "clip": ["0", 1], "vae": ["0", 2]}
    for number, node in enumerate(NODES, start=1):
        asked = registry.classes[node.name].INPUT_TYPES()
        links = {key: loaded[key] for key in asked["required"] if key in loaded}
        links |= {key: model for key in asked["required"] if key in {"model", "model1"}}
        links |= {key: clip for key in asked["required"] if key in {"clip", "clip1"}}
        links |= {key: loaded[key[:-1]] for key in asked["required"] if key in {"model2", "clip2"}}
        if node.name == "LoraSave":
            subtract = next(i for i, entry in prompt.items() if entry["class_type"] == "ModelMergeSubtract")
            links["model_diff"] = [subtract, 0]
        prompt[str(number)] = filled(registry, node.name, **links)
        outputs = registry.classes[node.name].RETURN_TYPES
        if outputs == ("MODEL",) and node not in saving.NODES:
            model = [str(number), 0]
        elif outputs == ("CLIP",):
            clip = [str(number), 0]
    validation = asyncio.run(validate_prompt(registry, prompt))
    assert validation.ok, validation
    assert not validation.node_errors
    request = Request(prompt_id="p", prompt=prompt, outputs=validation.outputs)
    outcome = Executor(registry, cache=Classic()).run(request, host.events.append, lambda: False, host)
    assert outcome.status_str == "success", outcome.messages
    files = {str(path.relative_to(host.outputs)) for path in host.outputs.rglob("*.safetensors")}
    assert files == {
        "checkpoints/ComfyUI_00001_.safetensors",
        "clip/ComfyUI_clip_g_00001_.safetensors",
        "clip/ComfyUI_clip_l_00001_.safetensors",
        "diffusion_models/ComfyUI_00001_.safetensors",
        "loras/ComfyUI_extracted_lora_00001_.safetensors",
        "vae/ComfyUI_vae_00001_.safetensors",
    }
    saved = TensorFile(host.outputs / "checkpoints" / "ComfyUI_00001_.safetensors")
    assert read_spec(saved).family == "pocket"
    assert '"Epsilon Scaling"' in saved.metadata["prompt"]


def test_clients_are_told_of_every_node(host):
    registry = build_registry(host.files)
    for node in NODES:
        info = node_info(node.name, registry.classes[node.name], registry)
        assert info["name"] == node.name
        assert info["python_module"].startswith("comfy_extras.nodes_")
