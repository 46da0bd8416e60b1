"""The official editor, unchanged, on our server: the version of the contract and the newest one."""

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import Editor, editor

from dgx_pixels import generate_pixel_art
from drawn import drawn
from programs import program, unpacked
from serving import EXAMPLE, Running, endless, workflow

INSTALLED = "1.27.10"
NEWEST = "1.58.1"
NEWEST_PLACE = Path(sys.prefix) / "editor-new" / "comfyui_frontend_package" / "static"


@pytest.fixture(scope="module", params=[INSTALLED, NEWEST])
def opened(
    request: pytest.FixtureRequest, running: Running, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Editor]:
    """A server with an editor, open in a browser."""
    chromium = program("chromium", "chromium-browser", "google-chrome")
    flags = ["--preview-method", "auto"]
    history = "/api/history"
    if request.param == NEWEST:
        root = unpacked(NEWEST_PLACE, "the Makefile's set-up")
        flags += ["--front-end-root", str(root)]
        history = "/api/jobs"
    with running.server(tmp_path_factory.mktemp("editor"), *flags) as server, editor(server, chromium, history) as made:
        assert made.run("() => window.__COMFYUI_FRONTEND_VERSION__") == request.param
        made.page.get_by_role("dialog").first.wait_for()  # the first visit offers templates
        made.page.keyboard.press("Escape")
        yield made


@pytest.fixture(autouse=True)
def at_rest(opened: Editor) -> Iterator[None]:
    """What a test leaves running is stopped."""
    yield
    opened.server.post("/queue", {"clear": True})
    opened.server.post("/interrupt", {})
    opened.server.until_idle()


def test_it_finds_the_nodes_and_the_models(opened: Editor) -> None:
    opened.load(workflow("txt2img_pocket"))
    assert opened.run("() => app.graph._nodes.filter(node => node.has_errors).length") == 0
    options = "() => app.graph._nodes.find(n => n.type === 'CheckpointLoaderSimple').widgets[0].options.values"
    assert opened.run(options) == ["pocket.safetensors"]


@pytest.mark.parametrize("opened", [INSTALLED], indirect=True)  # that of the newest is for another family of models
def test_its_default_workflow_draws_on_our_model(opened: Editor) -> None:
    opened.run("() => app.loadGraphData()")
    opened.until("app.graph._nodes.some(node => node.type === 'KSampler')")
    opened.page.keyboard.press("Escape")  # it says itself that the model it would like is missing
    opened.run(
        """values => {
            for (const node of app.graph._nodes)
                for (const widget of node.widgets ?? [])
                    if (widget.name in values) widget.value = values[widget.name]
        }""",
        {"ckpt_name": "pocket.safetensors", "width": 128, "height": 128, "steps": 2},
    )
    prompt_id = opened.press_run()
    record = opened.ended(prompt_id)
    assert record["status"]["status_str"] == "success"
    assert {node["class_type"] for node in record["prompt"][2].values()} >= {"KSampler", "VAEDecode", "SaveImage"}


def test_a_picture_is_drawn_and_seen_the_same_as_everywhere(opened: Editor, tmp_path: Path) -> None:
    opened.load(workflow("txt2img_pocket", steps=4))
    opened.run("() => app.canvas.centerOnNode(app.graph._nodes.find(n => n.type === 'SaveImage'))")
    with opened.page.expect_response(lambda reply: "/api/view?filename=sprite" in reply.url) as shown:
        prompt_id = opened.press_run()
    (name,) = parse_qs(urlsplit(shown.value.url).query)["filename"]
    png = shown.value.body()
    record = opened.ended(prompt_id)
    assert png == (opened.server.home / "output" / name).read_bytes()
    assert record["outputs"]["9"]["images"][0]["filename"] == name
    assert "workflow" in record["prompt"][3]["extra_pnginfo"]
    (sprite,) = generate_pixel_art("a red potion", seed=42, steps=4)
    sprite.save(tmp_path / "by-python.png")
    assert drawn(png) == drawn((tmp_path / "by-python.png").read_bytes())


def test_a_workflow_in_its_own_format_draws_as_well(opened: Editor) -> None:
    opened.load(workflow("txt2img_pocket", seed=5))
    opened.run("async () => { await app.loadGraphData(JSON.parse(JSON.stringify(app.graph.serialize()))) }")
    opened.until("app.graph._nodes.length === 8")
    record = opened.ended(opened.press_run())
    assert record["status"]["status_str"] == "success"
    assert record["prompt"][2]["3"]["inputs"]["seed"] == 5


def test_a_running_job_shows_previews_and_is_cancelled(opened: Editor) -> None:
    opened.load(endless())
    previews = "Object.values(app.nodePreviewImages).flat()"
    before = opened.run(f"() => {previews}")
    prompt_id = opened.press_run()
    opened.until(f"before => {previews}.some(url => url.startsWith('blob:') && !before.includes(url))", before)
    opened.command("Comfy.Interrupt")
    record = opened.ended(prompt_id)
    assert record["status"]["messages"][-1][0] == "execution_interrupted"


def test_a_waiting_job_is_taken_back(opened: Editor) -> None:
    opened.load(endless())
    running = opened.press_run()
    opened.server.until_running(running)
    opened.press_run()
    assert len(opened.server.get("/queue")["queue_pending"]) == 1
    opened.command("Comfy.ClearPendingTasks")
    opened.server.until("/queue", lambda queue: not queue["queue_pending"])
    assert opened.server.get("/queue")["queue_running"]


def test_a_wrong_workflow_is_explained_at_its_node(opened: Editor) -> None:
    before = list(opened.faults)
    graph = workflow("txt2img_pocket")
    graph["4"]["inputs"]["ckpt_name"] = "gone.safetensors"
    opened.load(graph)
    opened.page.keyboard.press("Escape")  # it says itself that this model is missing
    with opened.page.expect_response(lambda reply: reply.url.endswith("/api/prompt")) as told:
        opened.run("() => { app.queuePrompt(0) }")
    assert told.value.status == 400
    opened.until("app.lastNodeErrors && app.lastNodeErrors['4']")
    assert "400 POST /api/prompt" in opened.faults
    opened.faults[:] = before
    opened.page.keyboard.press("Escape")


def test_a_drawn_picture_dropped_on_it_is_its_workflow_again(opened: Editor) -> None:
    opened.load(workflow("txt2img_pocket", steps=3))
    prompt_id = opened.press_run()
    record = opened.ended(prompt_id)
    (image,) = record["outputs"]["9"]["images"]
    opened.run("() => app.graph.clear()")
    opened.run(
        """async name => {
            const reply = await app.api.fetchApi(`/view?filename=${name}`)
            await app.handleFile(new File([await reply.blob()], name, { type: 'image/png' }))
        }""",
        image["filename"],
    )
    opened.until("app.graph._nodes.length === 8")
    steps = "() => app.graph._nodes.find(n => n.type === 'KSampler').widgets.find(w => w.name === 'steps').value"
    assert opened.run(steps) == 3


def test_a_picture_chosen_in_it_is_uploaded(opened: Editor) -> None:
    opened.load(workflow("img2img_pocket"))
    with opened.page.expect_response(lambda reply: reply.url.endswith("/api/upload/image")) as sent:
        with opened.page.expect_file_chooser() as chosen:
            load_image = "app.graph._nodes.find(n => n.type === 'LoadImage')"
            opened.run(f"() => {load_image}.widgets.find(w => w.name === 'upload').callback()")
        chosen.value.set_files({"name": "chosen.png", "mimeType": "image/png", "buffer": EXAMPLE.read_bytes()})
    assert sent.value.json()["name"] == "chosen.png"
    opened.until(f"{load_image}.widgets[0].value === 'chosen.png'")


def test_a_workflow_is_saved_and_found_again(opened: Editor) -> None:
    opened.run("() => app.api.storeUserData('workflows/of mine/é.json', { nodes: [] })")
    listed = opened.run("() => app.api.listUserDataFullInfo('workflows')")
    assert [file["path"] for file in listed] == ["of mine/é.json"]
    assert opened.run("async () => (await app.api.getUserData('workflows/of mine/é.json')).json()") == {"nodes": []}
    moved = "async () => (await app.api.moveUserData('workflows/of mine/é.json', 'workflows/b.json')).status"
    assert opened.run(moved) == 200
    assert opened.run("async () => (await app.api.deleteUserData('workflows/b.json')).status") == 204


def test_the_history_is_there_after_a_reload(opened: Editor) -> None:
    opened.load(workflow("txt2img_pocket", steps=4, seed=77))
    prompt_id = opened.press_run()
    record = opened.ended(prompt_id)
    (image,) = record["outputs"]["9"]["images"]
    with opened.page.expect_response(lambda reply: urlsplit(reply.url).path == opened.history_requests):
        opened.open()
    if opened.history_requests == "/api/jobs":
        opened.page.get_by_test_id("assets-tab-button").click()
    else:
        opened.page.keyboard.press("q")
    opened.until("name => [...document.images].some(i => i.naturalWidth && i.src.includes(name))", image["filename"])
    assert opened.run("() => app.extensionManager.setting.get('Comfy.TutorialCompleted')") is True


def test_nothing_went_wrong_on_the_way(opened: Editor) -> None:
    assert opened.faults == []
