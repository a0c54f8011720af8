"""The main job with two windows: a shopper asks, an agent answers, whatever the network does."""

import re

from playwright.async_api import expect

from tests.e2e.browser import Window, eventually, order_of
from tests.e2e.conftest import Open, Product
from tests.e2e.people import Desk, Shopper

QUESTION = "Does the Ridgeline shell run small?"
ANSWER = "A little. Take one size up."
TUNNEL = ["I am on the train now", "and in a tunnel"]
BACK = "Good that you are back."
MEANWHILE = ["Are you still there?", "My size is M"]
LAST = "Then take L."
ALL = [QUESTION, ANSWER, *TUNNEL, BACK, *MEANWHILE, LAST]


async def test_a_shopper_asks_and_an_agent_answers(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    agent_window, desk = agent
    shopper_window = await open_window("shopper")
    shopper = Shopper(shopper_window.page, product.shop)
    shopper_sees, agent_sees = order_of(shopper.lines, ALL), order_of(desk.messages, ALL)

    # A question shows in the desk without a reload.
    await desk.visit()
    await expect(desk.list.get_by_role("link").first).to_be_visible()
    await shopper.visit()
    await shopper.open_chat()
    await shopper.write(QUESTION)
    await expect(desk.row(QUESTION)).to_be_visible()
    await desk.open(QUESTION)
    await eventually(agent_sees, ALL[:1])

    # Each sees the other typing; the answer arrives and is seen.
    await shopper.field.press_sequentially("M", delay=20)
    await expect(desk.page.get_by_text("is typing")).to_be_visible()
    await shopper.field.fill("")
    await desk.editor.press_sequentially(ANSWER, delay=5)
    await expect(shopper.frame.get_by_text("Maya is typing")).to_be_visible()
    await desk.page.get_by_role("button", name="Send", exact=True).click()
    await eventually(shopper_sees, ALL[:2])
    await expect(desk.page.get_by_text(re.compile("^Read "))).to_be_visible()

    # The shopper's network goes; what he writes arrives once and in order when it is back.
    async with shopper_window.offline():
        for text in TUNNEL:
            await shopper.write(text)
        await expect(shopper.frame.get_by_text("You are offline")).to_be_visible()
        assert await agent_sees() == ALL[:2]
    await eventually(agent_sees, ALL[:4])
    await eventually(shopper_sees, ALL[:4])
    await expect(shopper.frame.get_by_text("You are offline")).to_be_hidden()
    with agent_window.expecting("409 (Conflict)"):
        await desk.answer(BACK)
    await eventually(shopper_sees, ALL[:5])

    # The agent's network goes; the desk catches up.
    async with agent_window.offline():
        for text in MEANWHILE:
            await shopper.write(text)
        await eventually(shopper_sees, ALL[:7])
        await expect(shopper.frame.get_by_text("Sent")).to_be_visible()
        assert await agent_sees() == ALL[:5]
    await eventually(agent_sees, ALL[:7])

    # A reload loses and repeats nothing, on either side.
    await shopper.page.reload()
    with agent_window.expecting("409 (Conflict)"):
        await desk.answer(LAST)
    if not await shopper.frame.get_by_role("button", name="Close chat").is_visible():
        await shopper.open_chat()
    await eventually(shopper_sees, ALL)
    await desk.page.reload()
    await eventually(agent_sees, ALL)

    # The conversation ends and is rated; the rating stands in the desk.
    address = desk.page.url
    await desk.page.get_by_role("button", name="Close", exact=True).click()
    await shopper.frame.get_by_role("radio", name="Very good").check(force=True)
    await shopper.frame.get_by_role("textbox", name="Anything to add?").fill("Quick and kind")
    await shopper.frame.get_by_role("button", name="Send rating").click()
    await expect(shopper.frame.get_by_text("Thank you for your rating.")).to_be_visible()
    await desk.page.goto(address)
    await expect(desk.page.get_by_text("rated the conversation 5 of 5")).to_be_visible()
    assert await agent_sees() == ALL
    assert await shopper_sees() == ALL
