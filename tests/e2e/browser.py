"""A real browser: windows that note every complaint, and waiting for conditions instead of for time."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Frame,
    Locator,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)

ROOT = Path(__file__).resolve().parents[2]
PARTS = [ROOT / "web" / part for part in ("desk/dist", "widget/frame/dist", "widget/loader/dist")]
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# What a browser says of every request and socket while its network is cut.
CUT = re.compile(
    r"net::ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED|NETWORK_IO_SUSPENDED)|WebSocket connection to"
)
Found = TypeVar("Found")
# Drawing is over: nothing moves, nothing loads, the letters are there.
SETTLED = """async () => {
  await document.fonts.ready
  const ends = (one) => one.effect?.getComputedTiming().iterations !== Infinity
  const moving = () => document.getAnimations().some((one) => one.playState === 'running' && ends(one))
  const loading = () => document.querySelector('[aria-busy=true]') !== null
  for (let calm = 0, tries = 0; calm < 3 && tries < 100; tries++) {
    calm = moving() || loading() ? 0 : calm + 1
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))
  }
}"""


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Starts the machine's own Chromium without a way to other machines."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    expect.set_options(timeout=15_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


class Window:
    """One window of one person; `complaints` are errors of its console and its scripts."""

    def __init__(self, name: str, context: BrowserContext) -> None:
        self.name = name
        self.context = context
        self.console: list[str] = []
        self.complaints: list[str] = []
        self.page: Page
        self._cut = False

    async def start(self) -> "Window":
        """Opens its page."""
        self.page = await self.context.new_page()
        self.page.on("pageerror", self._hear_error)
        self.page.on("console", self._hear)
        return self

    def _hear_error(self, error: Any) -> None:
        self.console.append(f"page error: {error}")
        self.complaints.append(str(error))

    def _hear(self, line: ConsoleMessage) -> None:
        self.console.append(f"{line.type}: {line.text} ({line.location.get('url', '')})")
        if line.type == "error" and not (self._cut and CUT.search(line.text)):
            self.complaints.append(self.console[-1])

    @asynccontextmanager
    async def offline(self) -> AsyncIterator[None]:
        """Cuts the network of this window."""
        self._cut = True
        await self.context.set_offline(True)
        try:
            yield
        finally:
            await self.context.set_offline(False)

    @contextmanager
    def expecting(self, text: str) -> Iterator[None]:
        """Takes complaints with this text for what is meant to happen."""
        yield
        self.complaints = [line for line in self.complaints if text not in line]


async def eventually(look: Callable[[], Awaitable[Found]], wanted: Found, seconds: float = 20.0) -> None:
    """Looks again until it finds what is wanted; fails with what it found last."""
    end = asyncio.get_running_loop().time() + seconds
    while (found := await look()) != wanted:
        assert asyncio.get_running_loop().time() < end, f"{found!r} is not {wanted!r}"
        await asyncio.sleep(0.05)


def order_of(lines: Locator, texts: list[str]) -> Callable[[], Awaitable[list[str]]]:
    """Gives a look at which of the texts stand in the lines, in the order of the lines and as often as they do."""

    async def look() -> list[str]:
        shown = await lines.all_inner_texts()
        return [text for line in shown for text in texts for _ in range(line.count(text))]

    return look


async def settle(frame: Page | Frame) -> None:
    """Waits until nothing moves or loads any more."""
    await frame.evaluate(SETTLED)
