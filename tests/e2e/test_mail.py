"""Answers that leave by e-mail, and answers to them."""

import re

from playwright.async_api import expect

from tests.e2e.browser import Window, eventually, order_of
from tests.e2e.conftest import Open, Product
from tests.e2e.people import Desk, Shopper, find_mail

LEFT = "Do you ship the tent to Norway?"
REPLY = "Yes, in four working days."
BY_MAIL = "Wonderful, then I order it today."
ADDRESS = "kari.nordmann@example.net"
FIRST_TRY = "Our workshop looks at it on Monday."


async def test_a_message_left_is_answered_by_mail_and_goes_on_there(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    await desk.visit()
    await expect(desk.list.get_by_role("link").first).to_be_visible()
    await desk.set_presence("Away: nothing new is assigned to me")

    shopper = Shopper((await open_window("shopper")).page, product.shop)
    await shopper.visit()
    await shopper.open_chat()
    frame = shopper.frame
    await expect(frame.get_by_role("heading", name="Leave a message")).to_be_visible()
    await frame.get_by_role("button", name="Send", exact=True).first.click()
    await expect(frame.get_by_role("alert")).to_have_count(2)
    await frame.get_by_label("Message", exact=True).fill(LEFT)
    await frame.get_by_label("E-mail address").fill(ADDRESS)
    await frame.get_by_role("button", name="Send", exact=True).first.click()
    await eventually(order_of(shopper.lines, [LEFT]), [LEFT])
    await expect(frame.get_by_text("The answer also comes to k")).to_be_visible()
    await shopper.page.close()

    await desk.set_presence("I am here")
    await desk.open(ADDRESS)
    await desk.answer(REPLY)
    mailbox = (await open_window("mailbox")).page
    await find_mail(mailbox, product.shop, ADDRESS)
    await expect(mailbox.get_by_role("article")).to_contain_text(REPLY)
    await mailbox.get_by_label(re.compile("^Answer as")).fill(BY_MAIL)
    await mailbox.get_by_role("button", name="Send").click()
    await expect(mailbox.get_by_role("status")).to_contain_text("Sent")
    texts = [LEFT, REPLY, BY_MAIL]
    await eventually(order_of(desk.messages, texts), texts)


async def test_an_answer_by_mail_can_be_taken_back_and_then_sent(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    await desk.visit()
    mails = desk.list.get_by_role("link").filter(has=desk.page.get_by_text("E-mail", exact=True))
    await expect(mails.first).to_be_visible()
    await mails.first.click()
    await expect(desk.messages.first).to_be_visible()
    await desk.answer(FIRST_TRY)
    await desk.page.get_by_role("button", name="Take it back").first.click()
    await expect(desk.editor).to_contain_text(FIRST_TRY)
    await expect(desk.messages.filter(has_text=FIRST_TRY)).to_have_count(0)

    final = FIRST_TRY + " Then we write again."
    await desk.answer(final)
    await expect(desk.page.get_by_text("Goes out in")).to_be_visible()
    await expect(desk.page.get_by_text("Goes out in")).to_be_hidden(timeout=20_000)
    region = desk.page.get_by_role("region", name="Messages", exact=True)
    await expect(region.get_by_text(re.compile("^(Sent|Delivered)$")).last).to_be_visible()
    await expect(desk.messages.filter(has_text=FIRST_TRY)).to_have_count(1)
    mailbox = (await open_window("mailbox")).page
    await mailbox.goto(f"{product.shop}mail/")
    await mailbox.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    await expect(mailbox.get_by_role("article")).to_contain_text(final)
