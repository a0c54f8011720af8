"""The desk without a mouse."""

import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from playwright.async_api import TimeoutError as NotInTime
from playwright.async_api import expect

from tests.e2e.browser import Window, eventually
from tests.e2e.conftest import Product
from tests.e2e.people import Desk
from tests.support.widget import Widget

ANSWER = "Written without a mouse."
CHANNEL = "ch_demo"
# What the shopper asks, how the macro is called up and found, its name, and what its answer says.
PARCEL = (
    "My parcel is late, where is it?",
    "m",
    "late",
    "Parcel is late",
    "is taking longer than we promised",
)
SIZE = (
    "Can I have my jacket in another size?",
    "/",
    "size",
    "Exchange for another size",
    "Tell me the size you need",
)
NUMBER = (
    "I have a question about something I bought",
    "m",
    "number",
    "Ask for the order number",
    "Could you send me the number of your order?",
)
TEN = [PARCEL, SIZE, NUMBER, PARCEL, NUMBER, SIZE, PARCEL, NUMBER, SIZE, PARCEL]
COUNT_MOUSE = """
window.mouseUsed = 0
for (const kind of ['mousedown', 'pointerdown', 'wheel', 'touchstart']) {
  addEventListener(kind, () => { window.mouseUsed += 1 }, true)
}
"""


async def test_the_day_of_an_agent_by_keys_alone(agent: tuple[Window, Desk]) -> None:
    _, desk = agent
    page, press = desk.page, desk.page.keyboard.press
    await desk.visit("/inbox/unassigned")
    rows = desk.list.get_by_role("link")
    await expect(rows.nth(2)).to_be_visible()
    before = await rows.nth(1).get_attribute("href")

    # Down, down, up: the second, then open it.
    for key in ("j", "j", "j", "k"):
        await press(key)
    await press("Enter")
    await expect(desk.messages.first).to_be_visible()
    assert before is not None
    assert page.url.endswith(before)

    await expect(desk.editor).to_be_visible()
    await press("r")
    await expect(desk.editor).to_be_focused()
    await page.keyboard.type(ANSWER)
    await press("Control+Enter")
    await expect(desk.messages.filter(has_text=ANSWER)).to_have_count(1)
    await expect(desk.editor).not_to_contain_text(ANSWER)
    await expect(desk.editor).to_be_focused()
    await press("Escape")
    await press("e")
    await expect(
        page.get_by_role("region", name="What just happened").get_by_text(re.compile("closed"))
    ).to_be_visible()
    await expect(page).not_to_have_url(re.compile(re.escape(before)))

    await press("Control+k")
    await expect(page.get_by_role("dialog", name="All commands")).to_be_visible()
    await page.keyboard.type("numbers")
    await press("Enter")
    await expect(page.get_by_role("heading", name="Numbers", level=1)).to_be_visible()
    await press("g")
    await press("u")
    await expect(page).to_have_url(re.compile("/inbox/unassigned"))
    await press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()


@asynccontextmanager
async def ten_shoppers(origin: str) -> AsyncIterator[list[Widget]]:
    """Ten people ask in the chat, one after the other."""
    async with AsyncExitStack() as stack:
        shoppers = []
        for number, (question, *_) in enumerate(TEN, start=1):
            shopper = await stack.enter_async_context(Widget(lambda: origin, CHANNEL))
            await shopper.until(lambda one: one.welcomes > 0)
            await shopper.say(f"{question} ({number})")
            await shopper.until(lambda one: one.conversation is not None and not one.pending)
            shoppers.append(shopper)
        yield shoppers


class Clerk:
    """An agent who works with keys alone."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.page = desk.page
        self.pressed = 0

    async def press(self, key: str) -> None:
        """Presses a key."""
        self.pressed += 1
        await self.page.keyboard.press(key)

    @property
    def at(self) -> str:
        """The open conversation."""
        return self.page.url.partition("?")[0].rpartition("/")[2]

    async def leave(self, conversation: str, timeout: float = 15_000) -> None:
        """Waits until another conversation, or none, is open."""
        await self.page.wait_for_url(lambda url: conversation not in url, timeout=timeout)

    async def find(self, wanted: set[str]) -> str:
        """Goes down the list, and then up, to the next conversation that is wanted."""
        for key in ["j"] * 40 + ["k"] * 80:
            if self.at in wanted:
                return self.at
            before = self.at
            await self.press(key)
            with contextlib.suppress(NotInTime):
                await self.leave(before, 1_500)
        raise AssertionError(f"none of {len(wanted)} can be reached; at {self.at}")

    async def answer(self, key: str, typed: str, name: str, said: str) -> None:
        """Answers the open conversation with a macro, fills its blanks in, sends it and closes the conversation."""
        editor = self.desk.editor
        await expect(self.desk.messages.first).to_be_visible()
        await expect(editor).to_be_visible()
        if key == "/":
            await self.press("r")
            await expect(editor).to_be_focused()
        await self.press(key)
        offers = self.page.get_by_role("listbox", name="Macros")
        await expect(offers).to_be_visible()
        await self.page.keyboard.type(typed)
        await expect(offers.get_by_role("option", selected=True)).to_contain_text(name)
        await self.press("Enter")
        await expect(editor).to_contain_text(said)
        for _ in range(5):
            if "\u27e6" not in await editor.inner_text():
                break
            # The first blank is chosen already; from one to the next it is Tab.
            await self.page.keyboard.type("AP-1234")
            await self.press("Tab")
        await expect(editor).not_to_contain_text("\u27e6")
        await self.press("Control+Shift+Enter")


async def test_ten_conversations_are_cleared_by_macros_and_keys(
    product: Product, agent: tuple[Window, Desk]
) -> None:
    window, desk = agent
    await window.context.add_init_script(COUNT_MOUSE)
    clerk = Clerk(desk)
    async with ten_shoppers(product.desk.rstrip("/")) as shoppers:
        asked = {str(one.conversation["id"]): n for n, one in enumerate(shoppers) if one.conversation}
        await desk.visit("/inbox/all_open")
        await expect(desk.row("another size? (2)")).to_be_visible()
        await clerk.press("j")
        await clerk.press("Enter")
        await expect(desk.messages.first).to_be_visible()
        left = set(asked)
        while left:
            found = await clerk.find(left)
            await clerk.answer(*TEN[asked[found]][1:])
            left.remove(found)
            # What was answered is left for the next conversation at once.
            await clerk.leave(found)

        for shopper, (*_, said) in zip(shoppers, TEN, strict=True):
            await _hear(shopper, said)
        statuses = [await _find_status(desk, conversation) for conversation in asked]
        assert statuses == ["closed"] * len(TEN)
        assert all("\u27e6" not in text for one in shoppers for text in one.texts())
        assert await desk.page.evaluate("window.mouseUsed") == 0


async def _hear(shopper: Widget, said: str) -> None:
    await shopper.until(lambda one: any(said in text for text in one.texts("agent")))


async def _find_status(desk: Desk, conversation: str) -> str:
    async def look() -> str:
        script = (
            "async (id) => (await (await fetch(`/api/v1/conversations/${id}`)).json()).conversation.status"
        )
        return str(await desk.page.evaluate(script, conversation))

    await eventually(look, "closed")
    return await look()
