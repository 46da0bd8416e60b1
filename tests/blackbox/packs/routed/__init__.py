"""A pack that adds routes, rewrites prompts and talks to its own part of the editor. Its nodes: one."""

import asyncio
import os

import folder_paths
import nodes
from aiohttp import web
from server import PromptServer

routes = PromptServer.instance.routes


@routes.get("/exam/hello")
async def hello(request):
    return web.json_response(
        {"hello": request.query.get("name", "nobody"), "prestartup": os.environ.get("EXAM_PRESTARTUP")}
    )


@routes.post("/exam/echo")
async def echo(request):
    body = await request.read()
    return web.Response(body=body, status=201, content_type="application/x-exam", headers={"X-Exam": "yes"})


@routes.get("/exam/item/{name}")
async def item(request):
    return web.Response(text=request.match_info["name"])


@routes.put(r"/exam/number/{number:\d+}")
async def number(request):
    return web.Response(text=str(int(request.match_info["number"]) + 1))


@routes.get("/exam/boom")
async def boom(request):
    raise RuntimeError("a pack's route went wrong")


@routes.get("/exam/slow")
async def slow(request):
    await asyncio.sleep(60)
    return web.Response(text="slept")


@routes.get("/exam/stream")
async def stream(request):
    reply = web.StreamResponse()
    await reply.prepare(request)
    for number in range(3):
        await reply.write(f"{number}\n".encode())
    return reply


@routes.get("/exam/headers")
async def headers(request):
    return web.json_response(dict(request.headers))


@routes.get("/queue")
async def queue(request):
    return web.Response(text="not the queue")


def rewrite(request):
    wish = request.get("extra_data", {}).get("rewrite")
    if wish == "value":
        request["prompt"]["1"]["inputs"]["value"] = 42
    elif wish == "raise":
        raise RuntimeError("a handler went wrong")
    elif wish == "nonsense":
        return "nonsense"
    return request


PromptServer.instance.add_on_prompt_handler(rewrite)


class RoutedFacts:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"ask": ("STRING", {})}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/routed"
    OUTPUT_NODE = True

    def run(self, ask):
        server = PromptServer.instance
        if ask == "send":
            server.send_sync("exam.all", {"to": "all"})
            server.send_sync("exam.one", {"to": "one"}, server.client_id)
            server.send_sync("exam.other", {"to": "other"}, "somebody else")
        if ask == "text":
            server.send_progress_text("half way ü", server.last_node_id)
        if ask == "interrupt":
            nodes.interrupt_processing()
            import comfy.model_management

            for _ in range(100):
                import time

                time.sleep(0.05)
                comfy.model_management.throw_exception_if_processing_interrupted()
        if ask == "paths":
            made = folder_paths.get_save_image_path("sub/name_%width%", folder_paths.get_output_directory(), 64, 32)
            told = [
                os.path.relpath(made[0], folder_paths.get_output_directory()), *made[1:],
                folder_paths.annotated_filepath("a.png [output]")[0],
                os.path.basename(folder_paths.get_annotated_filepath("b.png")),
                os.path.relpath(folder_paths.get_annotated_filepath("c.png [temp]"), folder_paths.get_temp_directory()),
                folder_paths.exists_annotated_filepath("not there.png"),
                folder_paths.get_directory_by_type("input") == folder_paths.get_input_directory(),
                folder_paths.get_directory_by_type("nonsense"),
                folder_paths.get_full_path("checkpoints", "nothing.safetensors"),
                sorted(folder_paths.folder_names_and_paths)[:2],
                folder_paths.map_legacy("unet"),
                folder_paths.filter_files_content_types(["a.png", "b.mp4", "c.txt", "d.webp"], ["image"]),
            ]  # fmt: skip
            return {"ui": {"text": [repr(one) for one in told]}, "result": ("",)}
        return {
            "ui": {"text": [ask, str(server.client_id), str(server.last_prompt_id), str(server.port)]},
            "result": ("",),
        }


class RoutedSave:
    """Saves by itself, as many packs do."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"prefix": ("STRING", {}), "tag": ("INT", {})}, "optional": {"after": ("FLOAT", {})}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/routed"
    OUTPUT_NODE = True

    def run(self, prefix, tag, after=None):
        folder, name, counter, subfolder, _ = folder_paths.get_save_image_path(
            prefix, folder_paths.get_output_directory(), 8, 8
        )
        file = f"{name}_{counter:05}_.png"
        with open(os.path.join(folder, file), "wb") as out:
            out.write(b"saved by a pack")
        return {"ui": {"images": [{"filename": file, "subfolder": subfolder, "type": "output"}]}, "result": (file,)}


NODE_CLASS_MAPPINGS = {"RoutedFacts": RoutedFacts, "RoutedSave": RoutedSave}
