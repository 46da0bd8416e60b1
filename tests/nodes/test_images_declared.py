"""Pictures, masks, primitives and strings as clients see them: every row of the contract sheet."""

import contract
import pytest

from dgx_pixels.nodes import (
    compositing,
    images,
    images_filters,
    images_loading,
    images_scaling,
    masks,
    primitives,
    save_animation,
    save_image,
    sprites,
    strings,
)
from dgx_pixels.nodes.declare import node_class

FILES = (
    *(images, images_loading, images_scaling, images_filters, compositing, masks),
    *(save_image, save_animation, primitives, strings, sprites),
)
CLASSES = {node.name: node_class(node, contract.Names()) for file in FILES for node in file.NODES}
ROWS = [name for section in ("Images", "Masks", "Primitives, strings, preview") for name in contract.names(section)]
CALLED = {
    "SaveImage": "save_images",
    "PreviewImage": "save_images",
    "LoadImage": "load_image",
    "LoadImageMask": "load_image",
    "ImageScale": "upscale",
    "ImageScaleBy": "upscale",
    "ImageBatch": "batch",
    "ImageInvert": "invert",
    "EmptyImage": "generate",
    "ImagePadForOutpaint": "expand_image",
    "MaskToImage": "mask_to_image",
    "GrowMask": "expand_mask",
    "Canny": "execute",
    "ImageBlend": "execute",
}


@contract.needed
@pytest.mark.parametrize("name", ROWS)
def test_row(name):
    contract.check(CLASSES[name])


@contract.needed
def test_every_row_is_there_and_nothing_else_but_our_own():
    assert set(CLASSES) == {*ROWS, "SaveImageWebsocket", "PixelSnap", "SpriteSheet"}


@pytest.mark.parametrize(("name", "method"), CALLED.items())
def test_methods_have_the_names_that_packs_call(name, method):
    assert method == CLASSES[name].FUNCTION


def test_new_nodes_name_their_method_as_such():
    assert {cls.FUNCTION for cls in CLASSES.values() if cls.V3} == {"execute"}


def test_old_nodes_say_which_module_they_are_of():
    old = {"LoadImage", "LoadImageMask", "LoadImageOutput", "SaveImage", "PreviewImage", "ImageScale", "ImageScaleBy"}
    old |= {"ImageInvert", "ImageBatch", "EmptyImage", "ImagePadForOutpaint", "SaveImageWebsocket"}
    assert {name for name, cls in CLASSES.items() if cls.PYTHON_MODULE == "nodes"} == old


def test_arguments_that_only_python_gives_are_not_inputs():
    assert list(CLASSES["PreviewImage"].INPUT_TYPES()["required"]) == ["images"]
    assert CLASSES["PreviewImage"].INPUT_TYPES()["hidden"] == {"prompt": "PROMPT", "extra_pnginfo": "EXTRA_PNGINFO"}


def test_any_value_may_be_previewed():
    wildcard = CLASSES["PreviewAny"].INPUT_TYPES()["required"]["source"][0]
    assert (wildcard != "LATENT") is False
    assert wildcard == "*"


def test_pictures_of_the_output_folder_are_fetched_by_the_browser():
    kind, options = CLASSES["LoadImageOutput"].INPUT_TYPES()["required"]["image"]
    assert kind == "COMBO"
    assert options["remote"]["route"] == "/internal/files/output"
    assert options["image_upload"] is True
