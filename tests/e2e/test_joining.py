"""Two conversations become one, are taken apart, and a message is split off and put back."""

import re

from playwright.async_api import expect

from tests.e2e.browser import Window
from tests.e2e.conftest import Open, Product
from tests.e2e.people import Desk, Shopper
from tests.e2e.test_acts import begin_chat

FIRST = "Does the teapot come with a lid?"
SECOND = "I asked about a teapot lid before"
MORE = "And do you sell cups as well?"


async def test_two_conversations_become_one_and_two_again(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    page, dialog = desk.page, desk.page.get_by_role("dialog")
    first = await begin_chat(open_window, product, desk, FIRST)
    heading = await page.get_by_role("region", name=re.compile("^Conversation [0-9]+")).get_attribute(
        "aria-label"
    )
    number = re.sub(r"\D", "", heading or "")
    second = await begin_chat(open_window, product, desk, SECOND)

    # Found by its number, shown side by side, and with a warning: these are two people.
    await page.get_by_role("button", name="More", exact=True).click()
    await page.get_by_role("menuitem", name="Merge with another conversation").click()
    await dialog.get_by_role("searchbox").fill(f"#{number}")
    await dialog.get_by_role("button", name=re.compile(f"#{number}")).click()
    await expect(dialog.get_by_text("These are two customers.")).to_be_visible()
    await dialog.get_by_role("button", name="Merge all the same").click()
    await expect(desk.messages.filter(has_text=FIRST)).to_have_count(1)
    await expect(desk.messages.filter(has_text=SECOND)).to_have_count(1)

    # Neither sees the other, and what comes meanwhile arrives here.
    await expect(first.lines.filter(has_text=SECOND)).to_have_count(0)
    await expect(second.lines.filter(has_text=FIRST)).to_have_count(0)
    await second.write("Hello?")
    await expect(desk.messages.filter(has_text="Hello?")).to_have_count(1)

    await page.get_by_role("button", name="Take apart").click()
    await expect(desk.messages.filter(has_text=SECOND)).to_have_count(0)
    await expect(desk.messages.filter(has_text="Hello?")).to_have_count(0)
    await expect(desk.messages.filter(has_text=FIRST)).to_have_count(1)


async def test_a_message_is_split_off_and_put_back(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    page, dialog = desk.page, desk.page.get_by_role("dialog")
    shopper: Shopper = await begin_chat(open_window, product, desk, FIRST + " A big one.")
    await shopper.write(MORE)
    message = desk.messages.filter(has_text=MORE)
    await message.hover()
    await message.get_by_role("button", name="More for this message").click()
    await page.get_by_role("menuitem", name="Split off…").click()
    await dialog.get_by_role("button", name="Split off one message").click()
    await expect(message).to_have_count(0)
    await page.get_by_role("button", name="Put back").click()
    await expect(message).to_have_count(1)
