"""axe-core finds nothing serious on any page, light or dark."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Frame, Page, expect

from tests.e2e.browser import PHONE, ROOT, Window, settle
from tests.e2e.conftest import Open, Product
from tests.e2e.people import Desk, Shopper
from tests.support.product import Running, free_port

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK_PAGES = [
    "/inbox/mine", "/inbox/drafts", "/search?q=order", "/customers", "/approvals", "/returns", "/numbers", "/failed-work",
    "/queue", "/brief", "/handovers", "/handovers/new",
    *(f"/settings/{name}" for name in (
        "profile", "security", "notifications", "workspace", "agents", "teams", "brands", "tags", "fields",
        "checklists", "channels", "hours", "automation", "routing", "slas", "tokens", "webhooks", "audit",
    )),
]  # fmt: skip
SHOP_PAGES = [
    "", "collections/outerwear", "products/ridgeline-rain-shell", "cart", "checkout", "orders", "help", "contact",
    "pt-br/", "mail/", "no-such-page",
]  # fmt: skip
DOOR_PAGES = ["login", "reset", "reset/no-such-token", "invitation/no-such-token"]


async def find_violations(frame: Page | Frame) -> list[str]:
    """Runs axe-core in a page or a frame and gives what is serious or critical, one line for each."""
    await settle(frame)
    await frame.evaluate(AXE.read_text())
    options = json.dumps({"runOnly": RULES, "iframes": False, "resultTypes": ["violations"]})
    found: list[dict[str, Any]] = await frame.evaluate(
        f"axe.run({options}).then((result) => result.violations)"
    )
    return [
        f"{item['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for item in found
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"]
    ]


async def check(page: Page, frame: Frame | None = None) -> None:
    """Checks what a page, or a frame of it, shows in light and in dark."""
    found = {}
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if violations := await find_violations(frame or page):
            found[scheme] = violations
    assert found == {}, f"{page.url}\n" + json.dumps(found, indent=1)


async def wait_for_words(page: Page) -> None:
    """Waits until the page itself is drawn, not only its frame."""
    await expect(page.get_by_role("heading", level=1).first).to_be_visible()
    await page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("path", DESK_PAGES)
async def test_pages_of_the_desk(path: str, agent: tuple[Window, Desk]) -> None:
    _, desk = agent
    await desk.visit(path)
    await expect(desk.page.get_by_role("navigation").first).to_be_visible()
    await wait_for_words(desk.page)
    await check(desk.page)


async def test_every_kind_of_channel(agent: tuple[Window, Desk]) -> None:
    _, desk = agent
    await desk.visit("/settings/channels")
    links = desk.page.get_by_role("main").locator('a[href*="/settings/channels/"]')
    await expect(links.first).to_be_visible()
    for address in {await link.get_attribute("href") or "" for link in await links.all()}:
        await desk.visit(address)
        await wait_for_words(desk.page)
        await check(desk.page)


async def test_conversations_and_what_opens_above_them(agent: tuple[Window, Desk]) -> None:
    _, desk = agent
    for kind in ("Chat", "E-mail"):
        await desk.visit()
        rows = desk.list.get_by_role("link").filter(has=desk.page.get_by_text(kind, exact=True))
        await rows.first.click()
        await expect(desk.messages.first).to_be_visible()
        await wait_for_words(desk.page)
        await check(desk.page)
    await desk.page.get_by_role("button", name="Note").first.click()
    await check(desk.page)
    for key, name in (("Control+k", "All commands"), ("?", None), ("c", None)):
        await desk.page.get_by_role("heading", level=1).last.click()
        await desk.page.keyboard.press(key)
        dialog = desk.page.get_by_role("dialog", name=name)
        await expect(dialog).to_be_visible()
        await check(desk.page)
        await desk.page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()


async def test_a_customer(agent: tuple[Window, Desk]) -> None:
    _, desk = agent
    await desk.visit("/customers")
    await desk.page.get_by_role("main").locator('a[href*="/customers/"]').first.click()
    await wait_for_words(desk.page)
    await check(desk.page)


@pytest.mark.parametrize("path", ["/inbox/all_open", "/settings/profile", "/numbers"])
async def test_the_desk_on_a_phone(path: str, agent: tuple[Window, Desk]) -> None:
    _, desk = agent
    await desk.page.set_viewport_size(PHONE)
    await desk.visit(path)
    await wait_for_words(desk.page)
    await check(desk.page)


@pytest.mark.parametrize("path", SHOP_PAGES)
async def test_pages_of_the_shop(path: str, open_window: Open, product: Product) -> None:
    window = await open_window("shop")
    with window.expecting("404" if path == "no-such-page" else "never"):
        await window.page.goto(product.shop + path)
        await wait_for_words(window.page)
    await check(window.page)


@pytest.mark.parametrize("path", DOOR_PAGES)
async def test_the_door(path: str, open_window: Open, product: Product) -> None:
    window = await open_window("door")
    with window.expecting("status of 4"):
        await window.page.goto(product.desk + path)
        await wait_for_words(window.page)
    await check(window.page)


async def test_the_widget(open_window: Open, product: Product) -> None:
    shopper = Shopper((await open_window("shopper")).page, product.shop)
    await shopper.visit()
    await shopper.open_chat()
    frame = next(frame for frame in shopper.page.frames if "/widget/frame" in frame.url)
    await check(shopper.page, frame)
    if await shopper.field.is_visible():
        await shopper.write("Hello")
    else:
        await shopper.frame.get_by_label("Message", exact=True).fill("Hello")
        await shopper.frame.get_by_label("E-mail address").fill("somebody@example.net")
        await shopper.frame.get_by_role("button", name="Send", exact=True).first.click()
    await expect(shopper.lines.filter(has_text="Hello").first).to_be_visible()
    await check(shopper.page, frame)
    await shopper.frame.get_by_role("button", name="Emoji").click()
    await check(shopper.page, frame)


@pytest.fixture(scope="module")
def setup_address(product: Product, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The first page of an installation that is still empty."""
    data: Path = tmp_path_factory.mktemp("fresh") / "data"
    running = Running("up", "--port", str(free_port()), "--data", str(data))
    try:
        yield running.wait_for("setup ").split()[1]
        running.stop()
    finally:
        running.kill()


@pytest.fixture
async def newcomer(open_window: Open) -> Window:
    """Somebody who opens an empty installation."""
    return await open_window("newcomer")


async def test_the_set_up_page(setup_address: str, newcomer: Window) -> None:
    await newcomer.page.goto(setup_address)
    await wait_for_words(newcomer.page)
    await expect(newcomer.page.get_by_label("E-mail")).to_be_visible()
    await check(newcomer.page)
