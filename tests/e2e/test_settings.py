"""Settings: each page makes a record, changes it and shows it again; what the server refuses is said."""

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page, Route, expect

from tests.e2e.browser import Window
from tests.e2e.people import Desk

Fill = Callable[[Locator], Awaitable[None]]


async def name(form: Locator) -> None:
    """Gives the record its name."""
    await form.get_by_label("Name", exact=True).fill("Seaside")


async def brand(form: Locator) -> None:
    """A brand that speaks two languages."""
    await name(form)
    await form.get_by_role("checkbox", name="Slovenian").check()


async def team(form: Locator) -> None:
    """A team of one."""
    await name(form)
    await form.get_by_role("checkbox").first.check()


async def choice(form: Locator) -> None:
    """A field with choices."""
    await name(form)
    await form.get_by_label("Type").select_option("select")
    await form.get_by_label("Choices").fill("North\nSouth")


async def checklist(form: Locator) -> None:
    """Two steps for conversations with one tag."""
    await name(form)
    await form.get_by_label("Steps").fill("Ask for a photo\nSend a new one")
    await form.get_by_label("Intent").select_option("damaged")
    await form.get_by_role("checkbox").first.check()


# Page, button, what is filled in.
PAGES: list[tuple[str, str, Fill]] = [
    ("brands", "New brand", brand),
    ("teams", "New team", team),
    ("tags", "New tag", name),
    ("fields", "New field", choice),
    ("checklists", "New checklist", checklist),
    ("hours", "New business hours", name),
]


def find_record(page: Page, text: str) -> Locator:
    """The record of the page's list that says so."""
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=text)


async def test_every_page_makes_a_record_and_changes_it(agent: tuple[Window, Desk]) -> None:
    _, desk = agent
    page, form = desk.page, desk.page.get_by_role("dialog")
    for path, button, fill in PAGES:
        await desk.visit(f"/settings/{path}")
        await page.get_by_role("button", name=button, exact=True).first.click()
        await fill(form)
        await form.get_by_role("button", name="Save").click()
        await expect(form, path).to_be_hidden()
        await expect(find_record(page, "Seaside"), path).to_be_visible()

        await page.get_by_role("button", name="More for Seaside").click()
        await page.get_by_role("menuitem", name="Edit").click()
        await form.get_by_label("Name", exact=True).fill("Hillside")
        await form.get_by_role("button", name="Save").click()
        await expect(form, path).to_be_hidden()
        await expect(find_record(page, "Hillside"), path).to_be_visible()
        await expect(find_record(page, "Seaside"), path).to_have_count(0)


async def test_tokens_webhooks_invitations_and_channels(agent: tuple[Window, Desk]) -> None:
    _, desk = agent
    page, form = desk.page, desk.page.get_by_role("dialog")
    await desk.visit("/settings/tokens")
    await page.get_by_role("button", name="New token").first.click()
    await form.get_by_label("What is it for?").fill("Stock program")
    await form.get_by_role("button", name="Make the token").click()
    await expect(form.get_by_role("region")).to_have_text(re.compile(r"^\S{20,}$"))
    await form.get_by_role("button", name="I have kept it").click()
    await expect(find_record(page, "Stock program")).to_be_visible()

    await desk.visit("/settings/webhooks")
    await page.get_by_role("button", name="New webhook").first.click()
    await form.get_by_label("Address").fill("https://hooks.seaside.example/parley")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("region")).to_have_text(re.compile(r"^whsec_\S{20,}$"))
    await form.get_by_role("button", name="I have kept it").click()
    await expect(page.get_by_text("hooks.seaside.example").first).to_be_visible()

    await desk.visit("/settings/agents")
    await page.get_by_role("button", name="Invite").click()
    await form.get_by_label("E-mail address").fill("new@seaside.example")
    await form.get_by_label("Role").select_option(label="Collaborator")
    await form.get_by_role("button", name="Send invitation").click()
    # No mail server is set up here, so the link is shown.
    await expect(form.get_by_role("region")).to_contain_text("/invitation/")
    await form.get_by_role("button", name="I have kept it").click()
    await expect(find_record(page, "new@seaside.example")).to_contain_text("Collaborator")

    await desk.visit("/settings/channels")
    await page.get_by_role("button", name="Add a channel").click()
    await form.get_by_role("button", name=re.compile("^Live chat")).click()
    await form.get_by_label("Name", exact=True).fill("Chat of the outlet")
    await form.get_by_role("button", name="Connect").click()
    await expect(page).to_have_url(re.compile(r"/settings/channels/[0-9a-f-]{36}$"))
    await desk.visit("/settings/channels")
    await expect(find_record(page, "Chat of the outlet")).to_be_visible()


async def test_what_the_form_has_no_field_for_is_said_above_it(agent: tuple[Window, Desk]) -> None:
    window, desk = agent
    page, form = desk.page, desk.page.get_by_role("dialog")

    async def cut(route: Route) -> None:
        await route.continue_(post_data='{"name": "Outlet"}')

    await page.route("**/api/v1/business-hours", cut)
    await desk.visit("/settings/hours")
    await page.get_by_role("button", name="New business hours").first.click()
    await form.get_by_label("Name", exact=True).fill("Outlet")
    with window.expecting("400 (Bad Request)"):
        await form.get_by_role("button", name="Save").click()
        await expect(form.get_by_role("alert")).to_contain_text("time_zone")
