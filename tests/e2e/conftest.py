"""The real product with the demo store in a process of its own, and windows of a real browser to look at it."""

import re
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, StorageState

from tests.e2e.browser import DESKTOP, PARTS, ROOT, Window, open_browser
from tests.e2e.people import Desk
from tests.support.product import Running, free_port

FAILED = ROOT / "build" / "browser"
PASSWORD = "a password only of the tests"
OUTCOME = pytest.StashKey[bool]()
Open = Callable[..., Coroutine[Any, Any, Window]]


@dataclass
class Product:
    """Where the running product is to be found."""

    desk: str
    shop: str
    user: str = "demo@parley.example"
    password: str = PASSWORD


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is in this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remembers for the windows whether the test failed."""
    report = yield
    item.stash[OUTCOME] = item.stash.get(OUTCOME, False) or report.failed
    return report


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """Starts Parley with the demo store."""
    if missing := [str(part.relative_to(ROOT)) for part in PARTS if not part.is_dir()]:
        pytest.skip(
            f"the browser parts are not built ({', '.join(missing)} missing): run `make install` first"
        )
    with tempfile.TemporaryDirectory(prefix="parley-browser-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        running = Running(
            "up", "--demo", "--port", str(free_port()), "--data", f"{folder}/data",
            env={"PARLEY_DEMO_PASSWORD": PASSWORD, "PARLEY_COPY_AFTER_SECONDS": "2"},
        )  # fmt: skip
        try:
            desk = running.wait_for("desk ", 120).split()[1]
            yield Product(desk, running.wait_for("shop ").split()[1])
            running.stop()
        finally:
            running.kill()
    assert [line for line in running.complained if "Traceback" in line or "[error" in line] == []


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser of all tests; each window has its own cookies."""
    async with open_browser() as chromium:
        yield chromium


@pytest.fixture
async def open_window(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Open]:
    """Opens windows; fails the test when one complained, and keeps what they showed when it failed."""
    windows: list[Window] = []
    visitors: list[Window] = []

    async def open_one(name: str, **options: Any) -> Window:
        settings = {"viewport": DESKTOP, "locale": "en-US", "reduced_motion": "reduce", **options}
        window = await Window(name, await browser.new_context(**settings)).start()
        windows.append(window)
        if "storage_state" not in options:
            visitors.append(window)
        return window

    yield open_one
    complaints = [f"{window.name}: {line}" for window in windows for line in window.complaints]
    if request.node.stash.get(OUTCOME, False) or complaints:
        await keep(request.node.name, windows)
    for window in visitors:
        await sign_out(window)
    for window in windows:
        await window.context.close()
    assert complaints == []


async def sign_out(window: Window) -> None:
    """Ends the session of whoever signed in there; otherwise he would count as present in the next test."""
    cookies = await window.context.cookies()
    if any(cookie.get("name") == "parley_session" for cookie in cookies) and not window.page.is_closed():
        await window.page.evaluate("fetch('/api/v1/session', {method: 'DELETE'}).then(() => true)")


async def keep(test: str, windows: list[Window]) -> None:
    """Keeps pictures and consoles of the windows below build/browser."""
    folder = FAILED / re.sub(r"[^\w-]+", "-", test)
    folder.mkdir(parents=True, exist_ok=True)
    for window in windows:
        (folder / f"{window.name}.txt").write_text("\n".join(window.console))
        if not window.page.is_closed():
            await window.page.screenshot(path=folder / f"{window.name}.png")


@pytest.fixture(scope="session")
async def signed_in(product: Product, browser: Browser) -> StorageState:
    """The cookies of an agent who has signed in by the form."""
    context = await browser.new_context(locale="en-US")
    await Desk(await context.new_page(), product.desk).sign_in(product.user, product.password)
    state = await context.storage_state()
    await context.close()
    return state


@pytest.fixture
async def agent(open_window: Open, product: Product, signed_in: StorageState) -> tuple[Window, Desk]:
    """An agent who is signed in, in a window of his own."""
    window = await open_window("agent", storage_state=signed_in)
    return window, Desk(window.page, product.desk)
