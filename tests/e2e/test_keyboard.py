"""The desk without a mouse."""

import re

from playwright.async_api import expect

from tests.e2e.browser import Window
from tests.e2e.people import Desk

ANSWER = "Written without a mouse."


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
