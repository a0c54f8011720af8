"""Takes the main screens into docs/screenshots: `python -m scripts.screenshots [name …]`.

Starts Parley with a fresh demo store, looks at it with Chromium and keeps each picture below 400 kB.
"""

import asyncio
import io
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, StorageState, ViewportSize, expect

from tests.e2e.browser import DESKTOP, PARTS, PHONE, ROOT, open_browser, settle
from tests.e2e.people import Desk, Shopper
from tests.support.product import Running, free_port

FOLDER = ROOT / "docs" / "screenshots"
LIMIT = 400_000
USER, PASSWORD = "demo@parley.example", "a password only of the pictures"
# A conversation with some length, in English, about an order.
STORY = "Priya Nair"
Act = Callable[[Page, "Places"], Awaitable[None]]


@dataclass
class Places:
    """Where the running product is to be found, the browser, and the cookies of an agent."""

    desk: str
    shop: str
    browser: Browser
    signed_in: StorageState


@dataclass
class Shot:
    """One picture: how the window is, and what is done in it."""

    name: str
    act: Act
    size: ViewportSize
    options: dict[str, Any]
    guest: bool = False


SHOTS: list[Shot] = []


def shot(
    name: str, size: ViewportSize = DESKTOP, *, guest: bool = False, **options: Any
) -> Callable[[Act], Act]:
    """Registers what leads to a picture."""

    def register(act: Act) -> Act:
        SHOTS.append(Shot(name, act, size, options, guest))
        return act

    return register


def at(path: str) -> Act:
    """Opens a page of the desk and waits for its heading."""

    async def act(page: Page, places: Places) -> None:
        await Desk(page, places.desk).visit(path)
        await expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()

    return act


@shot("desk")
@shot("desk-dark", color_scheme="dark")
async def open_story(page: Page, places: Places) -> None:
    """The inbox beside an open conversation."""
    desk = Desk(page, places.desk)
    await desk.visit()
    await desk.row(STORY).first.click()
    await expect(desk.messages.first).to_be_visible()


async def open_story_in(page: Page, places: Places, lang: str) -> None:
    """The same in another language, whose words are not known here."""
    await page.goto(f"{places.desk}inbox/all_open?lang={lang}")
    await page.get_by_role("link").filter(has_text=STORY).first.click()
    await expect(page.get_by_role("article").first).to_be_visible()


@shot("desk-portuguese", locale="pt-BR")
async def open_portuguese(page: Page, places: Places) -> None:
    """The desk in Portuguese."""
    await open_story_in(page, places, "pt-BR")


@shot("desk-right-to-left")
async def open_mirrored(page: Page, places: Places) -> None:
    """The desk read from the right, with the pseudo-locale."""
    await open_story_in(page, places, "ar-XB")


async def at_views(page: Page, places: Places) -> None:
    """The views, which on a phone are a page of their own."""
    await Desk(page, places.desk).visit("/inbox")
    await expect(page.get_by_role("navigation").get_by_role("link").first).to_be_visible()


shot("phone-inbox", PHONE, device_scale_factor=2)(at("/inbox/all_open"))
shot("phone-conversation", PHONE, device_scale_factor=2)(open_story)
shot("phone-views", PHONE, device_scale_factor=2, color_scheme="dark")(at_views)
shot("phone-numbers", PHONE, device_scale_factor=2)(at("/numbers"))
shot("numbers")(at("/numbers"))
shot("numbers-dark", color_scheme="dark")(at("/numbers?show=received"))
shot("search")(at("/search?q=order"))
shot("approvals")(at("/approvals"))
shot("stores")(at("/settings/stores"))


@shot("orders")
@shot("orders-dark", color_scheme="dark")
async def open_orders(page: Page, places: Places) -> None:
    """What the store knows of the shopper, and a refund before it is made."""
    desk = Desk(page, places.desk)
    await desk.visit("/inbox/all_open")
    await desk.row("cancel AP-1103").first.click()
    await page.get_by_role("button", name="Refund", exact=True).first.click()
    await expect(page.get_by_role("dialog")).to_be_visible()


@shot("install-chat")
async def open_install(page: Page, places: Places) -> None:
    """How the widget comes onto a shop's page."""
    await Desk(page, places.desk).visit("/settings/channels")
    await page.get_by_role("main").get_by_role("link").filter(has_text="Shop chat").first.click()
    await expect(page.get_by_role("heading", name="Shop chat").first).to_be_visible()


@shot("palette", color_scheme="dark")
async def open_palette(page: Page, places: Places) -> None:
    """Every command by its name."""
    await open_story(page, places)
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog", name="All commands")).to_be_visible()


@shot("widget", guest=True)
@shot("widget-phone", PHONE, guest=True, device_scale_factor=2, has_touch=True, is_mobile=True)
async def chat(page: Page, places: Places) -> None:
    """A short talk in the widget, with an agent at the desk who answers."""
    shopper = Shopper(page, f"{places.shop}products/ridgeline-rain-shell")
    await shopper.visit()
    await shopper.open_chat()
    question = "Hi! Does the Ridgeline shell run small? I am usually between two sizes."
    await shopper.write(question)
    context = await places.browser.new_context(storage_state=places.signed_in)
    desk = Desk(await context.new_page(), places.desk)
    await desk.visit()
    await desk.row(question).first.click()
    answer = "Hello! A little, yes. With a fleece below it the larger one is right. Exchanges are free for 30 days."
    await desk.answer(answer)
    await expect(shopper.lines.filter(has_text=answer)).to_be_visible()
    await shopper.write("Perfect, then I take the larger one. Thank you!")
    await expect(desk.messages.filter(has_text="Thank you!")).to_have_count(1)
    await desk.page.get_by_role("button", name="Close", exact=True).click()
    await context.close()


@shot("shop", guest=True)
@shot("shop-phone", PHONE, guest=True, device_scale_factor=2, has_touch=True, is_mobile=True)
async def open_shop(page: Page, places: Places) -> None:
    """The demo shop."""
    await page.goto(places.shop)


@shot("product", guest=True)
async def open_product(page: Page, places: Places) -> None:
    """A product of the demo shop."""
    await page.goto(f"{places.shop}products/granite-hiking-boots")


@shot("help", guest=True)
async def open_help(page: Page, places: Places) -> None:
    """The shop's help page."""
    await page.goto(f"{places.shop}help")


@shot("contact", guest=True)
async def open_contact(page: Page, places: Places) -> None:
    """The shop's contact page."""
    await page.goto(f"{places.shop}contact")


@shot("sign-in", guest=True)
async def open_door(page: Page, places: Places) -> None:
    """The sign-in page."""
    await page.goto(f"{places.desk}login")
    await expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def shrink(picture: bytes) -> bytes:
    """Gives a PNG below the limit: as it is or with 256 colours, smaller only when that is not enough."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    plain = write(image)
    while len(plain) > LIMIT:
        palette = write(
            image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
        )
        if len(palette) <= LIMIT:
            return palette
        image = image.resize((image.width * 9 // 10, image.height * 9 // 10), Image.Resampling.LANCZOS)
        plain = write(image)
    return plain


def write(image: Image.Image) -> bytes:
    """Gives the image as PNG."""
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


async def take(one: Shot, places: Places) -> None:
    """Takes one picture."""
    settings = {
        "locale": "en-GB",
        "timezone_id": "Europe/Ljubljana",
        "reduced_motion": "reduce",
        **one.options,
    }
    state = None if one.guest else places.signed_in
    context = await places.browser.new_context(viewport=one.size, storage_state=state, **settings)
    page = await context.new_page()
    await one.act(page, places)
    await page.wait_for_load_state("networkidle")
    await page.mouse.move(one.size["width"] // 2, 2)
    for frame in page.frames:
        await settle(frame)
    path = FOLDER / f"{one.name}.png"
    path.write_bytes(shrink(await page.screenshot(animations="disabled", caret="hide")))
    print(f"{path.relative_to(ROOT)} {path.stat().st_size // 1000} kB", flush=True)
    await context.close()


async def take_all(desk: str, shop: str, wanted: list[str]) -> None:
    """Takes the pictures that are wanted, all when none is named."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with open_browser() as browser:
        context = await browser.new_context(locale="en-GB")
        await Desk(await context.new_page(), desk).sign_in(USER, PASSWORD)
        places = Places(desk, shop, browser, await context.storage_state())
        await context.close()
        for one in SHOTS:
            if not wanted or one.name in wanted:
                await take(one, places)


def main(wanted: list[str]) -> int:
    """Returns 0 when every picture was taken."""
    if unknown := set(wanted) - {one.name for one in SHOTS}:
        print(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(one.name for one in SHOTS)}")
        return 2
    if not all(part.is_dir() for part in PARTS):
        print("The browser parts are not built; `make install` does that.")
        return 2
    with tempfile.TemporaryDirectory(prefix="parley-pictures-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        address = ["--port", str(free_port()), "--data", os.fspath(Path(folder) / "data")]
        running = Running("up", "--demo", *address, env={"PARLEY_DEMO_PASSWORD": PASSWORD})
        try:
            desk, shop = running.wait_for("desk ", 120).split()[1], running.wait_for("shop ").split()[1]
            asyncio.run(take_all(desk, shop, wanted))
            running.stop()
        finally:
            running.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
