"""Chromium for the tests: fixtures, what a page complained about, accessibility rules.

A test that takes `page` is marked `browser`, and skipped by name where there is no Chromium.
"""

import importlib.resources
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

INSTALL = "apt-get install chromium fonts-noto-cjk"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RULE_SETS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
DESKTOP = (1440, 900)
OWN_SCHEMES = ("data", "blob", "about")


def find_chromium() -> str | None:
    """Return the path of the browser, None when there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


@dataclass
class Witness:
    """What went wrong on the pages of one context; empty lists are the aim."""

    own_host: str
    console_errors: list[str] = field(default_factory=list)
    policy_violations: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)
    failed_requests: list[str] = field(default_factory=list)

    def attend(self, page: Page) -> None:
        """Note everything that ``page`` complains about from now on."""
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        page.on("request", lambda request: self._see(request.url))
        page.on("response", lambda response: self._answered(response.url, response.status))

    def _hear(self, kind: str, text: str) -> None:
        if "Content Security Policy" in text:
            self.policy_violations.append(text)
        elif kind == "error":
            self.console_errors.append(text)

    def _see(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in OWN_SCHEMES and parts.netloc != self.own_host:
            self.foreign_requests.append(url)

    def _answered(self, url: str, status: int) -> None:
        if status >= 400:
            self.failed_requests.append(f"{status} {url}")

    def forget(self) -> None:
        """Take back what was noted: a walk names each complaint once, where it came up."""
        for noted in (
            self.console_errors, self.policy_violations,
            self.foreign_requests, self.failed_requests,
        ):  # fmt: skip
            noted.clear()

    @property
    def complaints(self) -> list[str]:
        """Everything that was noted, in one list for one assertion."""
        return [
            *(f"console: {text}" for text in self.console_errors),
            *(f"policy: {text}" for text in self.policy_violations),
            *(f"other host: {url}" for url in self.foreign_requests),
            *(f"failed: {text}" for text in self.failed_requests),
        ]


def axe(
    page: Page, *, selector: str = "html", rules: Sequence[str] = (), without: Sequence[str] = ()
) -> list[str]:
    """Return the violations of the accessibility rules on ``page``, one line per element.

    The rules are evaluated by the developer protocol, which the page's own policy does not bind:
    the page is judged as it is served. ``rules`` names some of them, for a second look;
    ``without`` leaves some out.
    """
    protocol = page.context.new_cdp_session(page)
    try:
        if _evaluate(protocol, "typeof axe") == "undefined":
            _evaluate(protocol, _axe_source() + "\n;0")
        chosen = {"type": "rule", "values": list(rules)}
        options = {
            "runOnly": chosen if rules else {"type": "tag", "values": list(RULE_SETS)},
            "rules": {name: {"enabled": False} for name in without},
            "resultTypes": ["violations"],
        }
        found = _evaluate(
            protocol, f"axe.run({selector!r}, {json.dumps(options)}).then(r => r.violations)"
        )
    finally:
        protocol.detach()
    return [
        f"{violation['id']} ({violation['impact']}): {' '.join(map(str, node['target']))}"
        f" – {violation['help']}"
        for violation in found
        for node in violation["nodes"]
    ]


@cache
def _axe_source() -> str:
    folder = importlib.resources.files("axe_playwright_python")
    return (folder / "axe.min.js").read_text("utf-8")


def _evaluate(protocol: Any, expression: str) -> Any:
    answer = protocol.send(
        "Runtime.evaluate",
        {"expression": expression, "awaitPromise": True, "returnByValue": True},
    )
    if "exceptionDetails" in answer:
        raise RuntimeError(str(answer["exceptionDetails"]))
    return answer["result"].get("value")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the one Chromium of the run."""
    executable = find_chromium()
    if executable is None:
        pytest.skip(f"no Chromium here: {INSTALL}")
    # Playwright keeps an event loop in this thread; Django would refuse the database because of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """Give a fresh context of a Chinese reader in Shanghai at a desk; its pages know the server."""
    width, height = DESKTOP
    fresh = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        # What is seen comes from the server itself; test_offline allows the worker between.
        service_workers="block",
    )
    fresh.set_default_timeout(15_000)
    yield fresh
    fresh.close()


@pytest.fixture
def witness(context: BrowserContext, live_server: Any) -> Witness:
    """Give the witness of all pages of the context; assert `witness.complaints == []`."""
    attentive = Witness(own_host=urlsplit(live_server.url).netloc)
    context.on("page", attentive.attend)
    return attentive


@pytest.fixture
def page(context: BrowserContext, witness: Witness) -> Page:
    """Give one watched page; `page.goto("/")` opens the live server."""
    return context.new_page()
