"""Packs: found, loaded, described, their files, routes and handlers (contract 1.2, 1.5, 6.1, 6.4, 6.5)."""

import json
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from exam_client import Client, client_of, node, shown

from serving import Server

_TAGS = count(300_000)


@pytest.fixture(scope="module")
def infos(classic: Server) -> dict[str, Any]:
    with client_of(classic.url) as client:
        return client.json("/object_info")


def test_packs_are_loaded_from_wherever_they_are_named(exam: Client) -> None:
    infos = exam.json("/object_info")
    assert {"ExamInt", "ModernAdd", "RoutedFacts", "SaveImage"} <= set(infos)
    assert "ExamOff" not in infos


def test_broken_packs_are_reported_and_skipped(classic: Server, infos: dict[str, Any]) -> None:
    assert infos
    with client_of(classic.url) as client:
        log = client.json("/internal/logs")
    assert "broken on purpose" in log


def test_core_names_stay_core(infos: dict[str, Any]) -> None:
    assert infos["SaveImage"]["python_module"] == "nodes"
    assert "images" in infos["SaveImage"]["input"]["required"]
    assert infos["ExamInt two"]["python_module"] == "custom_nodes.examiner"


def test_a_class_whose_info_raises_is_left_out(infos: dict[str, Any], one: Client) -> None:
    assert "ExamBrokenTypes" not in infos
    assert one.get("/object_info/ExamBrokenTypes").status_code == 200
    answer = one.refused({"1": node("ExamBrokenTypes")})
    (error,) = answer["node_errors"]["1"]["errors"]
    assert (error["type"], error["details"]) == ("exception_during_validation", "no inputs today")
    assert error["extra_info"]["exception_type"] == "RuntimeError"


def test_infos_of_old_nodes(infos: dict[str, Any]) -> None:
    assert infos["ExamInt"] == {
        "input": {"required": {"value": ["INT", {"default": 0, "min": -1000, "max": 1000, "step": 1}]}},
        "input_order": {"required": ["value"]},
        "output": ["INT"], "output_is_list": [False], "output_name": ["number"],
        "name": "ExamInt", "display_name": "An integer", "description": "An integer.",
        "python_module": "custom_nodes.examiner", "category": "exam/values", "output_node": False,
        "output_tooltips": ["The integer."],
    }  # fmt: skip
    assert list(infos["ExamInt"])[:3] == ["input", "input_order", "output"]
    bare = infos["ExamFloat"]
    assert (bare["category"], bare["output_name"], bare["description"]) == ("sd", ["FLOAT"], "")
    assert (bare["deprecated"], bare["experimental"], bare["api_node"]) == (True, True, False)
    assert (bare["display_name"], "output_tooltips" in bare) == ("ExamFloat", False)
    assert not {"deprecated", "experimental", "api_node"} & set(infos["ExamInt"])
    choice = infos["ExamChoice"]
    assert choice["input"]["required"]["colour"] == [["red", "green", "blue"], {"default": "green"}]
    assert choice["input"]["required"]["number"] == [[1, 2, 3]]
    assert choice["output"] == [["red", "green", "blue"], "INT"]
    assert infos["ExamNewChoice"]["input"]["required"]["word"] == ["COMBO", {"options": ["a", "b"]}]
    shows = infos["ExamShow"]
    assert (shows["input"]["required"]["value"], shows["output"], shows["output_node"]) == (["*", {}], ["*"], True)
    assert infos["ExamHidden"]["input"]["hidden"]["me"] == "UNIQUE_ID"
    assert infos["ExamRange"]["output_is_list"] == [True, False]
    assert infos["ExamOptional"]["input_order"] == {"required": [], "optional": ["a", "b"]}


def test_infos_of_new_nodes(infos: dict[str, Any]) -> None:
    info = infos["ModernAdd"]
    required, optional = info["input"]["required"], info["input"]["optional"]
    assert required["a"] == ["INT", {"default": 1, "min": 0, "max": 100, "step": 2, "control_after_generate": True,
                                     "tooltip": "One."}]  # fmt: skip
    assert required["b"] == ["FLOAT", {"default": 0.5, "min": 0.0, "max": 1.0, "step": 0.1, "display": "slider"}]
    assert required["how"] == ["COMBO", {"options": ["plus", "times"], "default": "plus", "multiselect": False}]
    assert optional["note"][1]["multiline"] is True
    assert optional["flag"] == ["BOOLEAN", {"default": True}]
    assert optional["many"][0] == "COMBO"
    assert optional["many"][1]["multiselect"] is True
    assert set(optional["mixed"][0].split(",")) == {"INT", "STRING"}
    assert optional["thing"] == ["EXAM_THING", {}]
    assert info["input"]["hidden"] == {
        "unique_id": ["UNIQUE_ID"],
        "prompt": ["PROMPT"],
        "extra_pnginfo": ["EXTRA_PNGINFO"],
        "dynprompt": ["DYNPROMPT"],
    }
    assert info["input_order"]["required"] == ["a", "b", "how"]
    assert info["output"] == ["FLOAT", "STRING", "INT"]
    assert info["output_is_list"] == [False, False, True]
    assert info["output_name"][0] == "sum"
    assert info["output_tooltips"] == ["The sum.", None, None]
    flags = ("deprecated", "experimental", "api_node", "output_node")
    assert [info[flag] for flag in flags] == [False] * 4
    assert (info["display_name"], info["description"], info["category"]) == ("Add (modern)", "Adds.", "exam/modern")
    assert info["python_module"] == "custom_nodes.modern"
    show = infos["ModernShow"]
    assert (show["display_name"], show["category"], show["output_node"], show["experimental"]) == (
        None,
        "sd",
        True,
        True,
    )
    assert show["input"]["hidden"] == {"prompt": ["PROMPT"], "extra_pnginfo": ["EXTRA_PNGINFO"]}
    assert infos["ModernForms"]["deprecated"] is True


def test_one_class(one: Client, infos: dict[str, Any]) -> None:
    for name in ("ExamInt", "ModernAdd", "EmptyImage"):
        assert one.json(f"/object_info/{name}") == {name: infos[name]}
        assert one.json(f"/api/object_info/{name}") == {name: infos[name]}
    assert one.json("/object_info/Nothing") == {}


def adding(**inputs: Any) -> dict[str, Any]:
    return {
        "m": node("ModernAdd", **({"a": 1, "b": 0.5, "how": "plus"} | inputs)),
        "s": node("ModernShow", value=["m", 0]),
        "t": node("ExamShow", value=["m", 1]),
    }


def test_a_new_node_runs(exam: Client) -> None:
    run = exam.run(adding(b=0.25, many={"__value__": ["x", "y"]}, note="n"), extra_data={"extra_pnginfo": {"k": 1}})
    assert run.text("s") == ["1.25 ['m', 's', 't']"]
    assert run.text("t") == ["\"m ModernAdd {'k': 1} n None ['x', 'y']\""]


def test_combos_of_new_nodes_fail_at_run_time(exam: Client) -> None:
    run = exam.run(adding(how="minus"))
    assert run.error["exception_message"] == "there is no way minus\n"
    assert run.error["node_type"] == "ModernAdd"


def test_a_new_node_validates(one: Client) -> None:
    errors = one.refused(adding(a=13))["node_errors"]["m"]["errors"]
    assert {error["details"] for error in errors} == {"a - unlucky", "b - unlucky"}
    assert one.refused(adding(how=3, a="x"))["node_errors"]["m"]["errors"][0]["type"] == "invalid_input_type"


@pytest.mark.parametrize(
    ("form", "text"),
    [("tuple", "from a tuple"), ("dict", "from a dict"), ("expand", "from an expansion"), ("plain", "plain")],
)
def test_results_of_new_nodes(exam: Client, form: str, text: str) -> None:
    assert exam.run(shown(["f", 0], f=node("ModernForms", form=form))).value == text


def test_blockers_of_new_nodes(exam: Client) -> None:
    run = exam.run(shown(["f", 0], f=node("ModernForms", form="block")))
    assert run.of("execution_error")[0]["exception_message"] == "Execution Blocked: blocked by a modern node"
    assert run.status == "success"
    assert exam.run(shown(["f", 0], f=node("ModernForms", form="blocker"))).record["outputs"] == {}


def test_a_new_node_keeps_no_state(exam: Client) -> None:
    run = exam.run(shown(["f", 0], f=node("ModernForms", form="state")))
    assert run.error["exception_type"] == "AttributeError"


def test_lazy_inputs_and_fingerprints_of_new_nodes(exam: Client) -> None:
    graph = shown(["l", 0], c=node("ExamCounter", tag=next(_TAGS)), l=node("ModernLazy", ask=False, value=["c", 0]))
    assert "c" not in exam.run(graph).ran
    graph["l"]["inputs"]["ask"] = True
    run = exam.run(graph)
    assert "c" in run.ran
    assert run.status == "success"


def test_a_pack_of_one_file(exam: Client) -> None:
    assert exam.run(shown(["l", 0], l=node("LoneNode"))).value == "lone"
    assert exam.json("/object_info/LoneNode")["LoneNode"]["python_module"] == "custom_nodes.lone"


def test_lists_of_new_nodes(exam: Client) -> None:
    graph = {"r": node("ExamRange", count=3), "l": node("ModernLists", items=["r", 0])}
    assert exam.run(shown(["l", 0], **graph)).text() == ["'[0, 1, 2]'"]


def test_scripts_of_packs(one: Client) -> None:
    urls = one.json("/extensions")
    ours = [url for url in urls if "/core/" not in url]
    assert sorted(ours) == [
        "/extensions/exam-modern/modern.js",
        "/extensions/examiner/examiner.js",
        "/extensions/examiner/sub/deep.js",
    ]
    assert one.json("/api/extensions") == urls
    for url in ours:
        reply = one.get(url)
        assert reply.headers["content-type"] == "application/javascript; charset=utf-8"
        assert reply.headers["cache-control"] == "no-cache"
        assert reply.text.startswith("export")
    style = one.get("/extensions/examiner/style.css")
    assert (style.status_code, style.headers["cache-control"]) == (200, "no-cache")
    for path in ("/extensions/examiner/nothing.js", "/extensions/nobody/x.js", "/extensions/examiner/../values.py",
                 "/extensions/examiner/%2e%2e/values.py", "/extensions/routed/__init__.py"):  # fmt: skip
        assert one.get(path).status_code == 404, path


def test_templates_and_translations(one: Client) -> None:
    assert one.json("/workflow_templates") == {"modern": ["first steps"]}
    assert one.json("/api/workflow_templates/modern/first%20steps.json") == {"nodes": []}
    assert one.get("/api/workflow_templates/modern/nothing.json").status_code == 404
    assert one.get("/api/workflow_templates/modern/..%2f..%2f__init__.py").status_code == 404
    texts = one.json("/i18n")
    assert texts["en"]["title"] == "Modern"
    assert texts["en"]["nodeDefs"] == {"ModernAdd": {"display_name": "Add"}}
    assert texts["de"] == {"commands": {"Comfy_Do": {"label": "Los"}}}


def test_events_of_packs(classic: Server) -> None:
    with client_of(classic.url) as one, client_of(classic.url) as other:
        assert other.ws
        run = one.run({"f": node("RoutedFacts", ask="send")})
        assert run.of("exam.all") == [{"to": "all"}]
        assert run.of("exam.one") == [{"to": "one"}]
        assert run.of("exam.other") == []
        told = [kind for kind, _ in other.silent(0.5) if kind.startswith("exam")]
        assert told == ["exam.all"]


def test_what_packs_know_of_the_server(one: Client, classic: Server) -> None:
    run = one.run({"f": node("RoutedFacts", ask="who")})
    assert run.text("f") == ["who", one.name, run.prompt_id, str(classic.port)]
    said = one.run({"f": node("RoutedFacts", ask="text")})
    (frame,) = said.frames
    assert (frame.event, frame.payload) == (3, b"\0\0\0\1f" + "half way ü".encode())


def test_packs_may_interrupt(one: Client) -> None:
    run = one.run({"f": node("RoutedFacts", ask="interrupt")})
    assert run.of("execution_interrupted")[0]["node_id"] == "f"
    assert run.status == "error"
    assert one.run({"f": node("RoutedFacts", ask="after")}).status == "success"


def test_paths_for_packs(one: Client, classic: Server) -> None:
    text = one.run({"f": node("RoutedFacts", ask="paths")}).text("f")
    assert [eval(line) for line in text[:5]] == ["sub", "name_64", 1, "sub", "sub/name_64"]
    assert text[5:] == ["'a.png'", "'b.png'", "'c.png'", "False", "True", "None", "None",
                        "['audio_encoders', 'checkpoints']", "'diffusion_models'", "['a.png', 'd.webp']"]  # fmt: skip
    assert Path(classic.home / "output" / "sub").is_dir()


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_routes_of_packs(one: Client, prefix: str) -> None:
    hello = one.get(f"{prefix}/exam/hello", name="ü&=")
    assert hello.json() == {"hello": "ü&=", "prestartup": "yes"}
    assert hello.headers["content-type"] == "application/json; charset=utf-8"
    assert hello.headers["x-content-type-options"] == "nosniff", "ours is added"
    assert len(hello.headers.get_list("date")) == 1
    echo = one.post(f"{prefix}/exam/echo", b"\0\xff" * 1000)
    assert (echo.status_code, echo.content) == (201, b"\0\xff" * 1000)
    assert (echo.headers["content-type"], echo.headers["x-exam"]) == ("application/x-exam", "yes")
    assert one.get(f"{prefix}/exam/item/a%20b").text == "a b"
    assert one.http.put(f"{prefix}/exam/number/41").text == "42"
    assert one.http.head(f"{prefix}/exam/hello").status_code == 200
    assert one.get(f"{prefix}/exam/stream").text == "0\n1\n2\n"


def test_routes_of_packs_that_are_not_there(one: Client) -> None:
    for path in ("/exam/item/", "/exam/item/a/b", "/exam/nothing", "/exam/hello/"):
        assert one.get(path).status_code == 404, path
    assert one.http.put("/exam/number/x").status_code == 405
    assert one.post("/exam/hello", b"{}").status_code == 405
    assert one.get("/exam/boom").status_code == 500
    assert one.get("/queue").json().keys() == {"queue_running", "queue_pending"}, "ours stay ours"


def test_routes_of_packs_are_guarded(one: Client, classic: Server) -> None:
    foreign = {"Origin": "http://evil.example"}
    assert one.http.get("/exam/hello", headers=foreign).status_code == 403
    assert one.http.get("/exam/hello", headers={"Host": "evil.example"}).status_code == 403
    seen = one.http.get("/exam/headers", headers={"X-Own": "1", "Connection": "keep-alive, X-Hop"}).json()
    assert seen["x-own"] == "1"
    assert "host" not in seen or "evil" not in seen["host"]


def test_bodies_to_packs_have_the_servers_limit(one: Client) -> None:
    def stream():
        for _ in range(120):
            yield b"x" * 2**20

    assert one.http.post("/exam/echo", content=stream()).status_code == 413


def test_routes_answer_while_a_job_runs(one: Client) -> None:
    prompt_id = one.queue(shown(["s", 0], s=node("ExamBlocking", value=next(_TAGS), seconds=60)))
    one.listen(prompt_id, "progress")
    begin = time.monotonic()
    assert one.get("/exam/hello").status_code == 200
    assert one.refused({"1": node("ExamInt", value="x"), "2": node("ExamShow", value=["1", 0])})
    assert one.json("/object_info/ExamInt")
    assert time.monotonic() - begin < 5
    one.post("/interrupt")
    one.follow(prompt_id)


def test_handlers_of_packs_rewrite_prompts(one: Client) -> None:
    def value(**extra: Any) -> Any:
        return one.run(shown(["1", 0], **{"1": node("ExamInt", value=1)}), extra_data=extra).value

    assert value() == 1
    assert value(rewrite="value") == 42
    assert value(rewrite="raise") == 1
    assert value(rewrite="nonsense") == 1


def test_what_is_rewritten_is_checked(one: Client) -> None:
    graph = shown(["1", 0], **{"1": node("ExamTakeChoice", colour="red")})
    run = one.run(graph, extra_data={"rewrite": "value"})
    assert run.record["prompt"][2]["1"]["inputs"]["value"] == 42
    assert json.loads(json.dumps(run.record["prompt"][3]))["rewrite"] == "value"
