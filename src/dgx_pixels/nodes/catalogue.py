"""Every node of the program, put together from the files of this folder."""

from typing import Final

from dgx_pixels.graph.registry import Registry
from dgx_pixels.nodes import (
    awaited,
    compositing,
    conditioning,
    conditioning_reach,
    guiders,
    images,
    images_filters,
    images_loading,
    images_scaling,
    latents,
    latents_batches,
    latents_files,
    latents_math,
    latents_shapes,
    loading,
    masks,
    merging,
    patches_guidance,
    patches_network,
    patches_training,
    primitives,
    samplers,
    sampling,
    save_animation,
    save_image,
    saving,
    schedulers,
    sigmas,
    sprites,
    strings,
)
from dgx_pixels.nodes.declare import Listing, Node, node_class

NODES: Final[tuple[Node, ...]] = (
    *loading.NODES,
    *conditioning.NODES,
    *conditioning_reach.NODES,
    *latents.NODES,
    *latents_shapes.NODES,
    *latents_batches.NODES,
    *latents_math.NODES,
    *latents_files.NODES,
    *sampling.NODES,
    *samplers.NODES,
    *schedulers.NODES,
    *sigmas.NODES,
    *guiders.NODES,
    *patches_training.NODES,
    *patches_guidance.NODES,
    *patches_network.NODES,
    *merging.NODES,
    *saving.NODES,
    *images.NODES,
    *images_loading.NODES,
    *images_scaling.NODES,
    *images_filters.NODES,
    *compositing.NODES,
    *masks.NODES,
    *save_image.NODES,
    *save_animation.NODES,
    *sprites.NODES,
    *primitives.NODES,
    *strings.NODES,
    *awaited.NODES,
)


def build_registry(files: Listing) -> Registry:
    """A class of each node, offering the files that ``files`` lists."""
    classes = {described.name: node_class(described, files) for described in NODES}
    titles = {described.name: described.title for described in NODES if described.title is not None}
    return Registry(classes, titles)
