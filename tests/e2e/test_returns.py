"""A shopper sends something back by himself: with a photo and a label, and above the limit after somebody agreed."""

import io
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from tests.e2e.browser import PHONE, Window, eventually
from tests.e2e.conftest import Open, Product
from tests.e2e.people import Desk

# From the demo: arrived in the last days, one below the policy's limit and one above it.
SMALL = ("AP-1078", "marcus.webb@example.com")
LARGE = ("AP-1080", "jihun.park@example.org")


def make_photo() -> bytes:
    """Gives a picture as a phone would send it."""
    made = io.BytesIO()
    image = Image.new("RGB", (1200, 900), "peru")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    image.save(made, "JPEG", exif=exif)
    return made.getvalue()


@pytest.fixture
async def desk(product: Product) -> AsyncIterator[httpx.AsyncClient]:
    """The shop's owner at the interface, once the store has been read."""
    async with httpx.AsyncClient(base_url=product.desk.rstrip("/")) as made:
        signed = await made.post(
            "/api/v1/session", json={"email": product.user, "password": product.password}
        )
        made.headers["x-csrf-token"] = signed.json()["csrf"]

        async def known() -> int:
            found = [await made.get("/api/v1/orders", params={"number": n}) for n, _ in (SMALL, LARGE)]
            return sum(len(one.json()["items"]) for one in found)

        await eventually(known, 2, 40)
        yield made


async def sign_in(page: Page, portal: str, number: str, email: str) -> None:
    """Signs in by order number and address."""
    await page.goto(portal)
    await page.get_by_label("Order number").fill(number)
    await page.get_by_label("E-mail address").first.fill(email)
    await page.get_by_role("button", name="Find my order").click()
    await expect(page.get_by_role("heading", name=f"Order {number}")).to_be_visible()


async def choose(page: Page, reason: str) -> None:
    """Chooses the first thing of the order with a reason."""
    await page.get_by_label("I want to send this back").first.check()
    await page.get_by_label("Why").first.select_option(label=reason)
    await page.get_by_role("button", name="Continue").click()


async def test_a_return_with_a_photo_and_a_label_by_the_shopper_alone(
    open_window: Open, product: Product, desk: httpx.AsyncClient
) -> None:
    window = await open_window("shopper", viewport=PHONE, java_script_enabled=False)
    page, portal = window.page, f"{product.desk.rstrip('/')}/returns/demo"
    await sign_in(page, portal, *SMALL)
    await choose(page, "Arrived damaged or faulty")

    await expect(page.get_by_text("Sending it back is free").first).to_be_visible()
    photo: FilePayload = {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": make_photo()}
    await page.get_by_label("Photo of what is wrong").set_input_files([photo])
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    await expect(page.get_by_text("You get a label to print")).to_be_visible()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    await page.get_by_role("button", name="Send this request").click()

    await expect(page.get_by_text("Your return is agreed")).to_be_visible()
    label = page.get_by_role("link", name="Download the label")
    await expect(label).to_be_visible(timeout=20_000)
    async with page.expect_download() as waiting:
        await label.click()
    assert re.match(r"label-\w+\.(pdf|png)$", (await waiting.value).suggested_filename)


async def test_above_the_limit_somebody_agrees_first(
    open_window: Open, product: Product, desk: httpx.AsyncClient
) -> None:
    window = await open_window("shopper")
    page, portal = window.page, f"{product.desk.rstrip('/')}/returns/demo"
    await sign_in(page, portal, *LARGE)
    await choose(page, "Too small")
    await page.get_by_label("My money back").check()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_text("Somebody of ours looks at this first")).to_be_visible()
    await page.get_by_role("button", name="Send this request").click()
    await expect(page.get_by_text("Your request is waiting for one of us")).to_be_visible()
    number = (await page.get_by_role("heading", level=1).inner_text()).removeprefix("Return ")

    waiting = (await desk.get("/api/v1/returns?state=requested")).json()["items"]
    (mine,) = [one for one in waiting if one["number"] == number]
    agreed = await desk.post(f"/api/v1/returns/{mine['id']}/approve")
    assert agreed.json()["state"] == "approved", agreed.text

    async def has_label() -> bool:
        await page.reload()
        return await page.get_by_role("link", name="Download the label").is_visible()

    await eventually(has_label, True)
    await desk.post(f"/api/v1/returns/{mine['id']}/receive", json={})

    async def refunded() -> str:
        return str((await desk.get(f"/api/v1/returns/{mine['id']}")).json()["state"])

    await eventually(refunded, "closed")
    await page.reload()
    await expect(page.get_by_text("some banks need a few days")).to_be_visible()


async def test_a_policy_is_changed_in_sentences_and_stands_on_the_public_page(
    product: Product, agent: tuple[Window, Desk]
) -> None:
    page, origin = agent[0].page, product.desk.rstrip("/")
    await page.goto(f"{origin}/settings/policies")
    await expect(page.get_by_text("Version 1 is in force")).to_be_visible()
    await page.get_by_label("Days for returns").fill("31")
    await page.get_by_role("button", name="Add a country's own window").click()
    await page.get_by_label("Country of the exception").nth(0).fill("gb")
    await page.get_by_label("Days in this country").nth(0).fill("45")
    await page.get_by_role("button", name="Add to the returns page").click()
    await page.get_by_label("Title on the returns page").last.fill("Wet things")
    await page.get_by_label("Text", exact=True).last.fill("Please let them dry first.")
    await page.get_by_label("Country code").last.fill("GB")
    await page.get_by_role("button", name="What does it say?").click()
    await expect(page.get_by_text("Returns until")).to_be_visible()
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Version 2 is in force")).to_be_visible()
    await page.goto(f"{origin}/policies/demo/returns?language=en")
    await expect(page.get_by_text("You have 31 days from delivery")).to_be_visible()
    await expect(page.get_by_text("Version 2, in force since")).to_be_visible()
    await expect(page.get_by_role("heading", name="Wet things")).to_be_visible()
    await expect(page.get_by_text("Please let them dry first.")).to_be_visible()
    await page.get_by_label("Country").select_option("GB")
    await page.get_by_label("Day it arrived").fill("2026-11-01")
    await page.get_by_role("button", name="Show me").click()
    await expect(page.get_by_text("Money back: until the end of")).to_contain_text("December 16, 2026")
