"""A lead writes a rule, rehearses it and switches it on; it acts, an agent asks why and takes it back."""

import re

from playwright.async_api import Locator, Page, expect

from tests.e2e.browser import Window
from tests.e2e.conftest import Open, Product
from tests.e2e.people import Desk
from tests.e2e.test_acts import begin_chat

NAME = "Another size, please"
WORDS = "a size smaller"


async def pick(page: Page, label: str, words: str) -> None:
    """Finds a line of the open list by typing, and takes it."""
    await page.get_by_role("combobox", name=label).fill(words)
    await page.get_by_role("option").filter(has_text=words).first.click()


async def add_act(page: Page, name: str) -> None:
    """Adds something to do."""
    await page.get_by_role("button", name="Add something to do").click()
    await page.get_by_role("menuitem", name=name).click()


async def write_rule(page: Page) -> None:
    """Writes the rule from nothing, as somebody who has never seen a program."""
    await page.get_by_role("button", name="New rule").click()
    await page.get_by_role("button", name="Start from nothing").click()
    await page.get_by_placeholder("Name of the rule").fill(NAME)
    await page.get_by_role("button", name="Add a test").click()
    await pick(page, "What is tested", "Message text")
    value = page.get_by_role("textbox", name="Value: Message text")
    await value.fill(WORDS)
    await value.press("Enter")
    await add_act(page, "Set the priority")
    await page.get_by_label("Priority", exact=True).select_option(label="urgent")
    await add_act(page, "Give to a team")
    await page.get_by_label("Team", exact=True).select_option(index=1)


async def switch_on(page: Page) -> None:
    """Switches the open rule on."""
    switch = page.get_by_role("switch")
    async with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        await switch.click()
    await expect(switch).to_be_checked()


async def ask_why(page: Page) -> Locator:
    """Opens the reasons of what the rule did."""
    line = page.get_by_role("listitem").filter(has_text=re.compile("priority", re.IGNORECASE))
    await line.get_by_role("button", name="why?").last.click()
    reasons = page.get_by_role("dialog", name="Why this happened")
    await expect(reasons.get_by_role("link", name=NAME)).to_be_visible()
    return reasons


async def test_a_rule_is_written_rehearsed_and_switched_on_acts_explains_itself_and_is_undone(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    page = desk.page
    await desk.visit("/settings/rules")
    await write_rule(page)

    await page.get_by_role("button", name="Rehearse", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Rehearse", exact=True).click()
    await expect(dialog.get_by_text("Conversations that would be different")).to_be_visible()
    await dialog.get_by_role("button", name="Close", exact=True).click()

    await page.get_by_role("button", name="Save", exact=True).click()
    await switch_on(page)
    try:
        await begin_chat(open_window, product, desk, f"Hello, I would like {WORDS} after all")
        reasons = await ask_why(page)
        await expect(reasons.get_by_text(re.compile("Message text contains"))).to_be_visible()
        await expect(reasons.get_by_text("is personal and is not kept")).to_be_visible()
        await expect(reasons.get_by_text("Priority: urgent")).to_be_visible()
        await reasons.get_by_role("button", name="Undo", exact=True).click()
        await expect(reasons.get_by_role("status").filter(has_text="Undone")).to_be_visible()
        await expect(reasons.get_by_role("button", name="Undo", exact=True)).to_have_count(0)
        await page.keyboard.press("Escape")
    finally:
        await desk.visit("/settings/rules")
        await page.get_by_role("button", name=f"More for {NAME}").click()
        await page.get_by_role("menuitem", name="Archive").click()
    await expect(page.get_by_role("link", name=NAME)).to_have_count(0)
