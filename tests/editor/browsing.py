"""The official editor in a real browser, and what it complained about."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Response, sync_playwright

from serving import Server

MAY_BE_MISSING = re.compile(
    r"/user\.css$|/userdata/user\.css$|/userdata/comfy\.templates\.json$|/userdata$|/userdata/workflows%2F\.index\.json$"
    r"|/api/global_subgraphs$|^/templates/"
)
"""Paths that a server answers with 404 where their files or packages are not there."""
OWN_TROUBLE = re.compile(r"Refused to apply style|(fetching|loading core) workflow templates|reading 'id'")
"""What it says of those, and a slip of its own at the first visit."""
READY = "window.app && window.app.vueAppReady && window.app.graph"
START_MS = 60_000


@dataclass
class Editor:
    """A page with the editor in it."""

    server: Server
    page: Page
    history_requests: str
    """Path at which this version asks for what was drawn."""
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self._fault(str(error)))
        self.page.on("console", self._said)
        self.page.on("response", self._answered)

    def open(self) -> None:
        self.page.goto(self.server.url)
        self.page.wait_for_function(READY, timeout=START_MS)

    def run(self, script: str, value: Any = None) -> Any:
        """Call a function of JavaScript in the page."""
        return self.page.evaluate(script, value)

    def until(self, condition: str, value: Any = None) -> None:
        """Wait until an expression of JavaScript holds in the page."""
        self.page.wait_for_function(condition, arg=value, timeout=START_MS)

    def load(self, graph: dict[str, Any]) -> None:
        self.run("graph => app.loadApiJson(graph, 'test')", graph)
        self.until("count => app.graph._nodes.length === count", len(graph))

    def press_run(self) -> str:
        """Click the blue button; the id of the job that this makes."""
        with self.page.expect_response(lambda reply: reply.url.endswith("/api/prompt")) as told:
            self.page.get_by_test_id("queue-button").click()
        answer = told.value.json()
        assert "prompt_id" in answer, answer
        return answer["prompt_id"]

    def command(self, name: str) -> None:
        """What a menu entry or a key does."""
        self.run("name => app.extensionManager.command.execute(name)", name)

    def ended(self, prompt_id: str) -> Any:
        """The record of a job, when it has ended."""
        return self.server.until(f"/history/{prompt_id}", lambda found: found)[prompt_id]

    def _answered(self, response: Response) -> None:
        path = urlsplit(response.url).path
        if response.status >= 400 and not MAY_BE_MISSING.search(path):
            self._fault(f"{response.status} {response.request.method} {path}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._fault(message.text)

    def _fault(self, text: str) -> None:
        if not OWN_TROUBLE.search(text):
            self.faults.append(text)


@contextmanager
def editor(server: Server, chromium: str, history_requests: str) -> Iterator[Editor]:
    """Chromium with the editor of a server. Nothing outside that server can be reached."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.route(lambda url: not url.startswith((server.url, "data:", "blob:")), lambda route: route.abort())
        made = Editor(server, page, history_requests)
        made.open()
        yield made
        browser.close()
