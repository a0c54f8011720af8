"""The hands and eyes of drive.py: orders for the stand-in server, a browser, and what is seen in the widget."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import BrowserContext, BrowserType, Frame, Page

SHOP = "http://127.0.0.1:8400"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--site-per-process"]
# Playwright turns the partitioning of storage off, and then a frame of another site gets none; the last such flag counts.
ORDINARY = [*FLAGS, "--disable-features=HttpsUpgrades,MediaRouter,PaintHolding"]
def control(do: str, **order: Any) -> dict[str, Any]:
    """Gives the stand-in an order."""
    body = json.dumps({"do": do, **order}).encode()
    with urlopen(Request(f"{SHOP}/control", body, {"content-type": "application/json"}), timeout=10) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
        return found


def until(what: str, holds: Callable[[], Any], seconds: float = 20, page: Page | None = None) -> None:
    """Waits for something to hold; fails with its name."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(what)
        if page:
            page.wait_for_timeout(50)
        else:
            time.sleep(0.05)


def begin(chromium: BrowserType, **options: Any) -> BrowserContext:
    """A browser of an ordinary window: the frame has its own storage, apart for each shop."""
    folder = tempfile.mkdtemp()
    return chromium.launch_persistent_context(folder, executable_path=shutil.which("chromium"), args=ORDINARY, **options)


def begin_private(chromium: BrowserType) -> BrowserContext:
    """A browser whose private window forbids a frame of another site all storage."""
    return chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS).new_context()


def visit(context: BrowserContext, query: str = "") -> Page:
    """Opens the shop's page and notes every complaint of the browser."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Security Policy" in line.text else None)
    page.complaints = complaints  # type: ignore[attr-defined]
    page.goto(f"{SHOP}/{query}")
    page.wait_for_selector("parley-widget", state="attached")
    return page


def frame_of(page: Page) -> Frame:
    """The widget's frame, once it shows something."""
    until("the frame is there", lambda: [f for f in page.frames if "/widget/frame" in f.url], page=page)
    frame = next(f for f in page.frames if "/widget/frame" in f.url)
    frame.wait_for_selector(".frame")
    return frame


def open_chat(page: Page) -> Frame:
    """Opens the widget by its launcher."""
    page.locator("parley-widget button").click()
    return frame_of(page)


def write(frame: Frame, text: str) -> None:
    """Writes and sends one message."""
    frame.locator(".pen textarea").fill(text)
    frame.locator(".pen textarea").press("Enter")


def stored() -> list[str]:
    """The customer's messages on the server, in the server's order."""
    items = sorted(control("look")["messages"], key=lambda message: str(message["id"]))
    return [item["text"] for item in items if item["author"]["kind"] == "customer"]


def shown(frame: Frame) -> list[str]:
    """The visitor's own messages on the screen."""
    return frame.locator(".own .bubble").all_inner_texts()


def expect(what: str, found: Any, wanted: Any) -> None:
    """Fails unless two values are equal."""
    if found != wanted:
        raise AssertionError(f"{what}: {found!r} is not {wanted!r}")


def settle(frame: Frame, texts: list[str]) -> None:
    """Every text is on the server once, in order, and on the screen once, in order, and nothing is pending."""
    until("everything is acknowledged", lambda: frame.locator(".pending").count() == 0, 40, frame.page)
    until("everything is stored", lambda: len(stored()) >= len(texts), 40, frame.page)
    frame.page.wait_for_timeout(300)
    expect("on the server", stored(), texts)
    expect("on the screen", shown(frame), texts)
    expect("complaints", getattr(frame.page, "complaints", []), [])
