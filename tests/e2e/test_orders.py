"""Orders beside the conversation: found, linked, changed and refunded with a preview, and agreed to by a second person."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.browser import PHONE, Window, settle
from tests.e2e.conftest import PASSWORD, Open, Product
from tests.e2e.people import Desk, Shopper
from tests.e2e.test_accessible import check, wait_for_words

GUEST = "gia.guest@elsewhere.example"
COLLEAGUE = "second.pair@elsewhere.example"
# The desk's own way to write to its server: by the session's cookies and the token against forged requests.
ASK = """async ([path, body]) => {
  const csrf = decodeURIComponent(document.cookie.split('; ').find((one) => one.startsWith('parley_csrf='))?.slice(12) ?? '')
  const options = body && {
    method: 'POST', body: JSON.stringify(body),
    headers: {'Content-Type': 'application/json', 'X-CSRF-Token': csrf, 'Idempotency-Key': crypto.randomUUID()},
  }
  const answer = await fetch(path, options ?? {})
  if (!answer.ok) throw new Error(path + ' ' + answer.status + ' ' + await answer.text())
  return answer.json()
}"""


async def ask(page: Page, path: str, body: dict[str, Any] | None = None) -> Any:
    """Asks the interface as who is signed in at this page."""
    return await page.evaluate(ASK, [path, body])


async def buy(page: Page, shop: str, product: str, size: str, pieces: int) -> str:
    """Buys something at the shop as a guest and gives the order's number."""
    await page.goto(f"{shop}products/{product}")
    await page.get_by_role("radio", name=size, exact=True).check(force=True)
    await page.locator("#quantity").select_option(str(pieces))
    async with page.expect_response(lambda answer: answer.request.method == "POST"):
        await page.get_by_role("button", name="Add to cart").click()
    await page.wait_for_load_state()
    await page.goto(f"{shop}checkout")
    for label, text in (
        ("E-mail address", GUEST), ("Full name", "Gia Guest"), ("Street and number", "5 Elm Row"),
        ("Postcode", "1000"), ("Town", "Ljubljana"),
    ):  # fmt: skip
        await page.get_by_label(label, exact=True).fill(text)
    await page.get_by_role("radio").first.check(force=True)
    await page.get_by_role("button", name=re.compile("Place demo order")).click()
    await expect(page).to_have_title(re.compile(r"AP-\d+"))
    found = re.search(r"AP-\d+", await page.title())
    assert found is not None
    return found[0]


def card_of(page: Page, number: str) -> Locator:
    """The card of an order in the customer's panel."""
    return page.locator(f'[data-order="{number}"]')


async def preview(page: Page) -> Locator:
    """Asks for the preview in the open sheet and gives the sheet."""
    sheet = page.get_by_role("dialog")
    await sheet.get_by_role("button", name="Preview").click()
    await expect(sheet.get_by_text("Nothing has happened yet.")).to_be_visible()
    return sheet


async def finish(sheet: Locator, button: str) -> None:
    """Has the previewed act done, and closes the sheet once the store has done it."""
    await sheet.get_by_role("button", name=button, exact=True).click()
    await expect(sheet.get_by_text("Done", exact=True)).to_be_visible()
    await sheet.get_by_role("button", name="Close", exact=True).click()
    await expect(sheet).to_be_hidden()


async def test_a_guest_asks_for_another_size(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    page = desk.page
    window = await open_window("shopper")
    shopper = Shopper(window.page, product.shop)
    number = await buy(window.page, product.shop, "everyday-organic-tee", "M", 2)
    question = f"please change the size of my order {number} to L"
    await shopper.open_chat()
    await shopper.write(question)
    await desk.visit()
    await desk.open(question)

    # A guest's order is found by its number and linked by hand.
    await expect(page.get_by_role("heading", name=re.compile("^Orders"))).to_be_visible()
    card = card_of(page, number)
    await page.keyboard.press("Control+k")
    await page.get_by_role("dialog", name="All commands").get_by_role("combobox").fill("find order")
    await page.get_by_role("option", name="Find order…").click()
    await page.get_by_label("Order number or e-mail address").fill(number.lower())
    await page.get_by_role("dialog").get_by_role("button", name="Find", exact=True).click()
    await page.get_by_role("button", name="Link to this customer").click()
    await expect(card.get_by_text("M · 2 pieces")).to_be_visible()

    # The size is changed by a preview that says so, and the panel shows it without a reload.
    await card.get_by_role("button", name="Change lines or size").click()
    variants = page.get_by_label("Variant of Everyday Organic Tee")
    other = variants.locator("option").filter(has_text=re.compile(r"^\w+, L · €32\.00 · \d+ left$")).first
    await variants.select_option(label=await other.inner_text())
    sheet = await preview(page)
    await expect(sheet.get_by_text(re.compile(r"2 × Everyday Organic Tee, \w+, L is added"))).to_be_visible()
    await check(page)
    await finish(sheet, "Change the order")
    await expect(card.get_by_text("L · 2 pieces")).to_be_visible()

    # One of the two goes back, with what is left of the shipping untouched.
    await card.get_by_role("button", name="Refund", exact=True).click()
    sheet = page.get_by_role("dialog")
    await expect(sheet.get_by_role("button", name="Preview")).to_be_disabled()
    await sheet.get_by_role("button", name="One more").last.click()
    await sheet.get_by_label("Reason").select_option("damaged")
    await check(page)
    sheet = await preview(page)
    await expect(sheet.get_by_text("€32.00 go back the way they were paid.")).to_be_visible()
    await finish(sheet, "Refund €32.00")
    await expect(card.get_by_text("Partly refunded")).to_be_visible()
    await expect(card.get_by_text("Arrived damaged")).to_be_visible()
    await expect(card.get_by_text("Refund · €32.00")).to_be_visible()
    await check(page)


@pytest.fixture
async def colleague(open_window: Open, product: Product, agent: tuple[Window, Desk]) -> Desk:
    """Another agent, who may move less money alone than the owner."""
    _, desk = agent
    await desk.visit("/settings/agents")
    invited = await ask(desk.page, "/api/v1/agents/invite", {"email": COLLEAGUE, "role": "agent"})
    token = str(invited["link"]).rstrip("/").rsplit("/", 1)[1]
    window = await open_window("colleague")
    await window.page.goto(f"{product.desk}login")
    await ask(window.page, "/api/v1/session")
    await ask(
        window.page,
        f"/api/v1/invitations/{token}/accept",
        {"name": "Second Pair", "password": f"{PASSWORD} too"},
    )
    return Desk(window.page, product.desk)


async def test_more_money_than_one_may_move_alone(colleague: Desk, agent: tuple[Window, Desk]) -> None:
    _, owner = agent
    await colleague.visit("/customers")
    orders = (await ask(colleague.page, "/api/v1/orders?limit=100"))["items"]
    large = next(o for o in orders if o["total"] - o["refunded"] > 15_000 and o["customer_id"])
    await colleague.visit(f"/customers/{large['customer_id']}")
    card = card_of(colleague.page, large["number"])
    head = card.get_by_role("button", name=re.compile(large["number"])).first
    if await head.get_attribute("aria-expanded") == "false":
        await head.click()
    await card.get_by_role("button", name="Refund", exact=True).click()
    sheet = colleague.page.get_by_role("dialog")
    await sheet.get_by_label("Another amount").check()
    await sheet.get_by_label("Amount", exact=True).fill("120,5")
    sheet = await preview(colleague.page)
    await expect(sheet.get_by_text("Above €100.00 a second person agrees first.")).to_be_visible()
    await sheet.get_by_role("button", name="Ask for approval").click()
    await expect(sheet.get_by_text("Waiting for a second person")).to_be_visible()

    # Somebody else sees it beside the link, reads what will happen, and agrees.
    await owner.visit("/inbox/all_open")
    await owner.page.get_by_role("link", name=re.compile("Approvals.*1", re.DOTALL)).click()
    await expect(owner.page.get_by_text("€120.50 go back the way they were paid.")).to_be_visible()
    await wait_for_words(owner.page)
    await check(owner.page)
    await owner.page.get_by_role("button", name="Approve").click()
    await expect(owner.page.get_by_text("Nothing waits")).to_be_visible()
    await expect(sheet.get_by_text("Done", exact=True)).to_be_visible()


async def test_the_store_in_the_settings(agent: tuple[Window, Desk]) -> None:
    _, desk = agent
    page = desk.page
    await desk.visit("/settings/stores")
    await wait_for_words(page)
    await check(page)
    await page.get_by_role("link", name="Alder & Pine").click()
    await page.get_by_role("button", name="Test the connection").click()
    await expect(page.get_by_text("Everything works.")).to_be_visible()
    await page.get_by_role("button", name="Compare", exact=True).click()
    await expect(page.get_by_text(re.compile(r"\d+ read · (nothing|\d)"))).to_have_count(4)
    await check(page)
    await page.set_viewport_size(PHONE)
    await settle(page)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
