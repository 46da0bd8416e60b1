"""Functions with a signature as node classes: what they say of themselves and what calling them does."""

import asyncio
import inspect
from typing import Annotated, Any

import pytest

from dgx_pixels.graph.blocker import ExecutionBlocker
from dgx_pixels.graph.execute import Classic, Executor, Outcome, Request
from dgx_pixels.graph.info import node_info
from dgx_pixels.graph.registry import Registry
from dgx_pixels.graph.validate import validate_prompt
from dgx_pixels.nodes.declare import described_as, node, node_class
from dgx_pixels.nodes.sockets import (
    OPTIONAL,
    Anything,
    Choice,
    DynPrompt,
    Files,
    Image,
    Injected,
    Instance,
    Latent,
    Mask,
    MultilineText,
    Options,
    PngInfo,
    PromptGraph,
    Range,
    Socket,
    UniqueId,
    Unlisted,
)

Host = Annotated[Any, Injected()]


class Folder:
    """Files that a test may add to."""

    def __init__(self) -> None:
        self.files = {"loras": ["a.safetensors"], "input": ["x.png"]}

    def names(self, kind: str) -> list[str]:
        return self.files[kind]


@node(
    "Everything",
    category="tests",
    title="Every Thing",
    description="d",
    module="m",
    function="go",
    tooltips=("t", None),
)
def everything(
    *,
    image: Image,
    count: Annotated[int, Range(1, 9, step=2, extra={"display": "slider"})] = 3,
    share: Annotated[float, Range(0.0, 1.0)] = 0.5,
    text: MultilineText = "",
    on: bool = True,
    how: Annotated[str, Choice(("up", "down"))] = "up",
    lora: Annotated[str, Files("loras", more=("none",), extra={"tooltip": "which"})],
    mask: Mask | None = None,
    more: Annotated[int, OPTIONAL] = 1,
    model: Annotated[Any, Socket("MODEL"), Options({"lazy": True})],
    prompt: PromptGraph = None,
    png: PngInfo = None,
    me: UniqueId = "",
    graph: DynPrompt = None,
    host: Host,
    by_hand: Annotated[str, Unlisted()] = "only Python",
) -> tuple[Image, Annotated[str, Socket("WORD")]]:
    """What it does."""
    return image, f"{count}{share}{text}{on}{how}{lora}{mask}{more}{model}{me}{by_hand}{host}"


REQUIRED = {
    "image": ("IMAGE",),
    "count": ("INT", {"default": 3, "min": 1, "max": 9, "step": 2, "display": "slider"}),
    "share": ("FLOAT", {"default": 0.5, "min": 0.0, "max": 1.0}),
    "text": ("STRING", {"default": "", "multiline": True}),
    "on": ("BOOLEAN", {"default": True}),
    "how": (["up", "down"], {"default": "up"}),
    "lora": (["a.safetensors", "none"], {"tooltip": "which"}),
    "model": ("MODEL", {"lazy": True}),
}


def test_what_a_class_of_the_old_form_says() -> None:
    cls = node_class(everything, Folder())
    assert cls.INPUT_TYPES() == {
        "required": REQUIRED,
        "optional": {"mask": ("MASK",), "more": ("INT", {"default": 1})},
        "hidden": {"prompt": "PROMPT", "png": "EXTRA_PNGINFO", "me": "UNIQUE_ID", "graph": "DYNPROMPT"},
    }
    assert list(cls.INPUT_TYPES()["required"]) == list(REQUIRED), "in the order of the signature"
    info = node_info("Everything", cls, Registry({}, {}))
    assert (info["output"], info["output_name"], info["output_is_list"]) == (["IMAGE", "WORD"],) * 2 + ([False, False],)
    assert (info["display_name"], info["description"], info["python_module"]) == ("Every Thing", "d", "m")
    assert info["output_tooltips"] == ("t", None)
    assert cls.FUNCTION == "go"
    assert cls.__doc__ == "What it does."


def test_what_a_class_of_the_new_form_says() -> None:
    cls = node_class(described_as(everything, v3=True, title=None), Folder())
    types = cls.INPUT_TYPES()
    assert types["required"]["image"] == ("IMAGE", {})
    assert types["required"]["how"] == ("COMBO", {"default": "up", "multiselect": False, "options": ["up", "down"]})
    assert types["required"]["lora"][1]["options"] == ["a.safetensors", "none"]
    assert types["hidden"]["prompt"] == ("PROMPT",)
    assert node_info("Everything", cls, Registry({}, {}))["display_name"] is None


def test_files_are_looked_up_each_time() -> None:
    folder = Folder()
    cls = node_class(everything, folder)
    assert cls.INPUT_TYPES()["required"]["lora"][0] == ["a.safetensors", "none"]
    folder.files["loras"] = ["b.safetensors"]
    assert cls.INPUT_TYPES()["required"]["lora"][0] == ["b.safetensors", "none"]


def test_a_method_takes_inputs_by_name_and_in_order_as_packs_call_it() -> None:
    cls = node_class(everything, Folder())
    by_name = cls().go(image="i", lora="l", model="m", host="h")
    assert by_name == ("i", "30.5TrueuplNone1monly Pythonh")
    assert (
        cls().go("i", 5, 0.1, "t", False, "down", "l", None, 2, "m", host="h")[1] == "50.1tFalsedownlNone2monly Pythonh"
    )
    with pytest.raises(LookupError):
        cls().go(image="i", lora="l", model="m")


def test_the_order_may_be_another_and_the_instance_itself_an_argument() -> None:
    @node("Order", category="t", order=("b", "a"))
    def order(*, a: int, b: int, itself: Instance) -> tuple[int, Any]:
        return a - b, itself

    one = node_class(order, Folder())()
    assert one.run(1, 5) == (4, one)


def test_inputs_whose_names_python_cannot_spell() -> None:
    @node("Spelled", category="t", inputs={"a.b": ("INT", {"min": 0})})
    def spelled(**inputs: Any) -> int:
        return inputs["a.b"]

    cls = node_class(spelled, Folder())
    assert cls.INPUT_TYPES() == {"required": {"a.b": ("INT", {"min": 0})}}
    assert cls().run(**{"a.b": 3}) == (3,)


@pytest.mark.parametrize(
    ("returned", "outputs", "result"),
    [
        (5, ("INT",), (5,)),
        ((1, 2), ("INT", "INT"), (1, 2)),
        ((1, 2), ("PAIR",), ((1, 2),)),
        ([1, 2], ("INT",), ([1, 2],)),
        (None, (), ()),
        (None, ("INT",), (None,)),
        ({"samples": 1}, ("LATENT",), ({"samples": 1},)),
        ({"ui": {}}, (), {"ui": {}}),
        ({"result": (1,), "expand": {}}, ("INT",), {"result": (1,), "expand": {}}),
    ],
)
def test_what_a_function_returns(returned, outputs, result) -> None:
    def give() -> Any:
        return returned

    async def give_later() -> Any:
        return returned

    for function in (give, give_later):
        cls = node_class(node("Give", category="t", outputs=outputs)(function), Folder())
        given = cls().run()
        assert (asyncio.run(given) if inspect.isawaitable(given) else given) == result


def test_a_blocker_is_returned_as_it_is() -> None:
    blocker = ExecutionBlocker(None)

    def give() -> Annotated[Any, Socket("INT")]:
        return blocker

    assert node_class(node("Give", category="t")(give), Folder())().run() is blocker


def test_types_of_outputs_come_from_the_annotation() -> None:
    def one() -> Latent:
        return {}

    def three() -> tuple[int, bool, Anything]:
        return 1, True, 2

    def none() -> None:
        pass

    types = [node_class(node("N", category="t")(function), Folder()).RETURN_TYPES for function in (one, three, none)]
    assert types == [("LATENT",), ("INT", "BOOLEAN", "*"), ()]
    assert node_class(node("N", category="t", output=True)(one), Folder()).RETURN_TYPES == ()


class TestInAGraph:
    """Declared nodes as the graph uses them."""

    def run(self, prompt: dict[str, Any], *nodes: Any, host: Any = None) -> Outcome:
        registry = Registry({one.name: node_class(one, Folder()) for one in (*nodes, show)}, {})
        checked = asyncio.run(validate_prompt(registry, prompt))
        assert checked.ok, checked
        executor = Executor(registry, cache=Classic())
        request = Request(prompt_id="p", prompt=prompt, outputs=checked.outputs)
        outcome = executor.run(request, lambda _: None, lambda: False, host)
        assert outcome.completed, outcome.messages
        return outcome

    def test_the_host_is_filled_in(self) -> None:
        @node("Hosted", category="t")
        def hosted(*, value: int, host: Host) -> str:
            return f"{value} {host}"

        prompt = {"1": {"class_type": "Hosted", "inputs": {"value": 1}}, "2": shown("1")}
        assert self.run(prompt, hosted, host="H").outputs["2"] == {"text": ["1 H"]}

    def test_coroutines(self) -> None:
        @node("Later", category="t")
        async def later(*, value: int, host: Host) -> tuple[int, int]:
            await asyncio.sleep(0.001)
            return value, 2 * value

        assert inspect.iscoroutinefunction(node_class(later, Folder()).run)
        prompt = {"1": {"class_type": "Later", "inputs": {"value": 4}}, "2": shown("1", 1)}
        assert self.run(prompt, later).outputs["2"] == {"text": ["8"]}

    def test_lazy_inputs(self) -> None:
        @node("Lazy", category="t", lazy=lambda which, a=None, b=None: ["a" if which else "b"])
        def lazy(
            *, which: bool, a: Annotated[int, Options({"lazy": True})], b: Annotated[int, Options({"lazy": True})]
        ) -> int:
            return a if which else b

        @node("Fail", category="t")
        def fail() -> int:
            raise RuntimeError

        @node("One", category="t")
        def one() -> int:
            return 1

        inputs = {"which": True, "a": ["1", 0], "b": ["2", 0]}
        prompt = {"1": {"class_type": "One", "inputs": {}}, "2": {"class_type": "Fail", "inputs": {}}}
        prompt |= {"3": {"class_type": "Lazy", "inputs": inputs}, "4": shown("3")}
        assert self.run(prompt, lazy, fail, one).outputs["4"] == {"text": ["1"]}

    def test_whether_it_has_changed_is_asked_with_what_it_names(self) -> None:
        asked: list[Any] = []

        def changed(*, image: Any, files: Any, host: Any) -> str:
            asked.append((image, files.names("input"), host))
            return "state"

        @node("Load", category="t", changed=changed)
        def load(*, image: Annotated[str, Files("input")], other: int = 0) -> str:
            return image

        prompt = {"1": {"class_type": "Load", "inputs": {"image": "x.png", "other": 1}}, "2": shown("1")}
        self.run(prompt, load, host="H")
        assert asked == [("x.png", ["x.png"], "H")]
        assert prompt["1"]["is_changed"] == ["state"]

    def test_its_own_validation_sees_what_it_names(self) -> None:
        def validate(*, image: Any, files: Any) -> bool | str:
            return image in files.names("input") or "no such picture"

        @node("Load", category="t", validate=validate, output=True)
        def load(*, image: Annotated[str, Files("input")], other: int = 0) -> dict[str, Any]:
            return {}

        cls = node_class(load, Folder())
        assert list(inspect.signature(cls.VALIDATE_INPUTS).parameters) == ["image"]
        prompt = {"1": {"class_type": "Load", "inputs": {"image": "y.png", "other": "z"}}}
        checked = asyncio.run(validate_prompt(Registry({"Load": cls}, {}), prompt))
        kinds = {one["type"]: one["details"] for one in checked.node_errors["1"]["errors"]}
        assert set(kinds) == {"invalid_input_type", "custom_validation_failed"}
        assert kinds["custom_validation_failed"] == "image - no such picture"


@node("Show", category="t", output=True)
def show(*, value: Anything) -> dict[str, Any]:
    return {"ui": {"text": [str(value)]}}


def shown(node_id: str, slot: int = 0) -> dict[str, Any]:
    return {"class_type": "Show", "inputs": {"value": [node_id, slot]}}
