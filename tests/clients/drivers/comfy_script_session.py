"""What a user of ComfyScript writes; what came of it is printed as JSON. Argument: the server's address."""

import json
import sys
import time

from comfy_script.runtime import Workflow, client, load, queue

load(sys.argv[1])

from comfy_script.runtime.nodes import (  # noqa: E402 - made by load
    CheckpointLoaderSimple,
    CLIPTextEncode,
    EmptyLatentImage,
    ImageScale,
    KSampler,
    LoadImage,
    PixelSnap,
    PreviewImage,
    SaveImage,
    VAEDecode,
    VAEEncode,
)

told = {}


def drawn(steps: int, latent=None, denoise: float = 1.0):
    model, clip, vae = CheckpointLoaderSimple("pocket.safetensors")
    positive, negative = CLIPTextEncode("a red potion", clip), CLIPTextEncode("", clip)
    latent = latent(vae) if latent else EmptyLatentImage(256, 256, 1)
    latent = KSampler(model, 42, steps, 5, "euler", "normal", positive, negative, latent, denoise)
    return PixelSnap(VAEDecode(latent, vae), 8, 0, 1)


def encoded(vae):
    picture, _ = LoadImage("example.png")
    return VAEEncode(ImageScale(picture, "nearest-exact", 256, 256, "center"), vae)


with Workflow(wait=False) as workflow:
    saved = SaveImage(drawn(2), "script")
(picture,) = saved.wait().wait()
told["txt2img"] = [picture.size, sorted(picture.info)]

with Workflow(wait=True):
    seen = PreviewImage(drawn(2, encoded, 0.9))
told["img2img"] = [image.size for image in seen.wait().wait()]

with Workflow(wait=False) as workflow:
    SaveImage(drawn(10_000), "script")
task = workflow.task
steps = []
task.add_progress_callback(lambda progress: steps.append([progress.node_id, progress.max]))
while not steps:
    time.sleep(0.05)
queue.cancel_all()
told["cancelled"] = len(task.wait())
told["progress"] = steps[0]
told["embeddings"] = client.get_embeddings()
sys.stdout.write("\n" + json.dumps(told) + "\n")
