"""What a shopper and an agent do: the widget on the shop's page, the desk, the customers' mailbox."""

import re

from playwright.async_api import FrameLocator, Locator, Page, Response, expect


def is_posting(response: Response) -> bool:
    """Whether this answers a message that was sent."""
    return response.request.method == "POST" and response.url.endswith("/messages")


class Shopper:
    """Somebody on the shop's page, with the widget."""

    def __init__(self, page: Page, shop: str) -> None:
        self.page = page
        self.shop = shop

    @property
    def frame(self) -> FrameLocator:
        """The widget's frame."""
        return self.page.frame_locator("parley-widget iframe")

    @property
    def lines(self) -> Locator:
        """The lines of the conversation."""
        return self.frame.get_by_role("list", name="Messages", exact=True).get_by_role("listitem")

    @property
    def field(self) -> Locator:
        """Where he writes."""
        return self.frame.get_by_role("textbox", name="Write a message")

    async def visit(self) -> None:
        """Opens the shop's page."""
        await self.page.goto(self.shop)

    async def open_chat(self) -> None:
        """Opens the widget; with a conversation it may be open already after a reload."""
        await self.page.get_by_role("button", name=re.compile("^Chat")).click()
        await expect(self.frame.get_by_role("button", name="Close chat")).to_be_visible()

    async def write(self, text: str) -> None:
        """Writes a message and sends it."""
        await self.field.fill(text)
        await self.field.press("Enter")


class Desk:
    """An agent at the desk."""

    def __init__(self, page: Page, desk: str) -> None:
        self.page = page
        self.desk = desk.rstrip("/")

    @property
    def list(self) -> Locator:
        """The list of conversations."""
        return self.page.get_by_role("region", name="Conversations", exact=True)

    @property
    def messages(self) -> Locator:
        """The messages of the open conversation."""
        return self.page.get_by_role("region", name="Messages", exact=True).get_by_role("article")

    @property
    def editor(self) -> Locator:
        """Where the agent writes."""
        return self.page.get_by_role("textbox", name="Message to the customer")

    async def sign_in(self, email: str, password: str) -> None:
        """Signs in by the form."""
        await self.page.goto(f"{self.desk}/login")
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_label("Password", exact=True).fill(password)
        await self.page.get_by_role("button", name="Sign in", exact=True).click()
        await expect(self.list).to_be_visible()

    async def visit(self, path: str = "/inbox/all_open") -> None:
        """Opens a page of the desk."""
        await self.page.goto(self.desk + path)

    def row(self, text: str) -> Locator:
        """The conversation of the list that says so."""
        return self.list.get_by_role("link").filter(has_text=text)

    async def open(self, text: str) -> None:
        """Opens the conversation of the list that says so."""
        await self.row(text).click()
        await expect(self.messages.first).to_be_visible()

    async def answer(self, text: str) -> None:
        """Writes an answer and sends it."""
        await self.editor.fill(text)
        async with self.page.expect_response(is_posting) as waiting:
            await self.page.get_by_role("button", name="Send", exact=True).click()
        # Who answers a moment after the customer wrote once more is asked whether he has read it.
        if (await waiting.value).status == 409:
            await self.page.get_by_role("button", name="Send anyway").click()
        await expect(self.messages.filter(has_text=text)).to_have_count(1)

    async def set_presence(self, words: str) -> None:
        """Says by the menu at the top whether the agent is here."""
        await self.page.get_by_role("button", name=re.compile("profile, theme and sign-out")).click()
        said = self.page.get_by_role("menuitemcheckbox", name=words)
        async with self.page.expect_response(re.compile("/me/presence$")):
            await said.click()


async def find_mail(page: Page, shop: str, text: str) -> None:
    """Opens the mail in the customers' mailbox whose list entry says so, once it has arrived."""
    entry = page.get_by_role("link").filter(has_text=text)
    for _ in range(80):
        await page.goto(f"{shop}mail/")
        if await entry.count():
            break
        await page.wait_for_timeout(250)
    await entry.first.click()
    await expect(page.get_by_role("button", name="Send")).to_be_visible()
