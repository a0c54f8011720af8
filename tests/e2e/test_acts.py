"""What an agent does with a conversation besides answering it, each to its end."""

import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import StorageState, expect

from tests.e2e.browser import Window
from tests.e2e.conftest import Open, Product
from tests.e2e.people import Desk, Shopper

AWAY = "Away: nothing new is assigned to me"
STEPS = ["Ask for a photo", "Send a new one"]

PUSH_SERVICE = """
const signs = {'+': '-', '/': '_', '=': ''}
const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/[+/=]/g, (sign) => signs[sign])
PushManager.prototype.subscribe = async () => {
  const pair = await crypto.subtle.generateKey({name: 'ECDH', namedCurve: 'P-256'}, true, ['deriveBits'])
  const p256dh = text(await crypto.subtle.exportKey('raw', pair.publicKey))
  const auth = text(crypto.getRandomValues(new Uint8Array(16)))
  return {toJSON: () => ({endpoint: 'https://push.seaside.example/one', keys: {p256dh, auth}})}
}
"""


async def begin_chat(open_window: Open, product: Product, desk: Desk, question: str) -> Shopper:
    """A shopper asks, and his conversation is open in the desk."""
    shopper = Shopper((await open_window("shopper")).page, product.shop)
    await shopper.visit()
    await shopper.open_chat()
    await shopper.write(question)
    await desk.visit()
    await desk.open(question)
    await expect(desk.page).to_have_url(re.compile("/inbox/all_open/.+"))
    return shopper


async def invite(desk: Desk, email: str, role: str) -> str:
    """Invites somebody and gives the link."""
    page, form = desk.page, desk.page.get_by_role("dialog")
    await desk.visit("/settings/agents")
    await page.get_by_role("button", name="Invite").click()
    await form.get_by_label("E-mail address").fill(email)
    await form.get_by_label("Role").select_option(label=role)
    await form.get_by_role("button", name="Send invitation").click()
    link = (await form.get_by_role("region").inner_text()).strip()
    await form.get_by_role("button", name="I have kept it").click()
    return link


async def join(open_window: Open, product: Product, link: str, name: str) -> Desk:
    """Somebody follows his invitation and is at the desk."""
    page = (await open_window(name.split(maxsplit=1)[0])).page
    await page.goto(link)
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("Password").fill("another password only of the tests")
    await page.get_by_role("button", name=re.compile("Join|Continue|Start|Accept")).click()
    desk = Desk(page, product.desk)
    await expect(desk.list).to_be_visible()
    return desk


async def test_a_note_is_followed_by_a_note(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    shopper = await begin_chat(open_window, product, desk, "Is my parcel lost?")
    page, note = desk.page, desk.page.get_by_role("textbox", name="Note for the team")
    await page.get_by_role("button", name=re.compile("^Note")).click()
    await note.fill("He is the one with three parcels.")
    await note.press("Control+Enter")
    await expect(desk.messages.filter(has_text="three parcels")).to_have_count(1)
    await expect(note).to_be_focused()
    await page.keyboard.type("And rather angry.")
    await page.keyboard.press("Control+Enter")
    said = desk.messages.filter(has_text="rather angry")
    await expect(said).to_have_accessible_name(re.compile("[Nn]ote"))

    # Only the agent himself turns back to the customer, and stays there too.
    await page.get_by_role("button", name=re.compile("^Reply")).click()
    await expect(desk.editor).to_have_text("")
    await desk.answer("It is on its way.")
    await expect(desk.editor).to_be_visible()
    await expect(shopper.lines.filter(has_text="It is on its way.")).to_have_count(1)
    await expect(shopper.lines.filter(has_text=re.compile("angry|parcels"))).to_have_count(0)


async def test_what_parley_said_by_itself_tells_why(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    await desk.visit()
    await expect(desk.list.get_by_role("link").first).to_be_visible()
    await desk.set_presence(AWAY)
    try:
        shopper = Shopper((await open_window("shopper")).page, product.shop)
        await shopper.visit()
        await shopper.open_chat()
        await shopper.frame.get_by_label("Message", exact=True).fill("Anybody there at this hour?")
        await shopper.frame.get_by_label("E-mail address").fill("late@seaside.example")
        await shopper.frame.get_by_role("button", name="Send", exact=True).first.click()
        await desk.open("late@seaside.example")
        said = desk.messages.filter(has_text="Automatic")
        await said.get_by_role("button", name="why?").click()
        reasons = desk.page.get_by_role("dialog", name="Why this happened")
        await expect(reasons.get_by_role("listitem").first).to_be_visible()
        await expect(reasons).to_contain_text("Leave a message, version")
        await desk.page.keyboard.press("Escape")
    finally:
        await desk.set_presence("I am here")


async def test_a_checklist_by_its_tag(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    page, form = desk.page, desk.page.get_by_role("dialog")
    await desk.visit("/settings/checklists")
    await page.get_by_role("button", name="New checklist").first.click()
    await form.get_by_label("Name", exact=True).fill("Broken on arrival")
    await form.get_by_label("Steps").fill("\n".join(STEPS))
    tag = form.get_by_role("checkbox").first
    await tag.check()
    name = await tag.evaluate("(box) => box.labels[0].innerText")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_be_hidden()

    await begin_chat(open_window, product, desk, "It came in two pieces.")
    panel = page.get_by_role("complementary")
    start = panel.get_by_role("button", name="Start “Broken on arrival”")
    await expect(start).to_have_count(0)
    await panel.get_by_role("button", name="Tags").click()
    await page.get_by_role("option", name=name).click()
    await page.keyboard.press("Escape")
    await start.click()
    first, second = (panel.get_by_role("checkbox", name=step) for step in STEPS)
    done = panel.get_by_text("All steps are done.")
    await first.click()
    await expect(first).to_be_checked()
    await second.click()
    await expect(done).to_be_visible()
    async with page.expect_response(re.compile("/checklist$")):
        await first.click()
    await expect(done).to_be_hidden()
    await expect(panel.get_by_role("progressbar")).to_have_accessible_name("1 of 2 steps done")
    await page.reload()
    await expect(second).to_be_checked()
    await expect(first).not_to_be_checked()


async def test_an_answer_for_later_is_moved_and_taken_back(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    shopper = await begin_chat(open_window, product, desk, "Will you have it in green?")
    page, form = desk.page, desk.page.get_by_role("dialog")
    await desk.editor.fill("It is here now.")
    await page.get_by_role("button", name="Other ways to send").click()
    await page.get_by_role("menuitem", name="Send later").click()
    at = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT10:30")
    await form.get_by_label("Another time").fill("2020-01-01T10:00")
    await expect(form.get_by_role("button", name="Schedule")).to_be_disabled()
    await form.get_by_label("Another time").fill(at)
    await form.get_by_role("button", name="Schedule").click()
    said = desk.messages.filter(has_text="It is here now.")
    await expect(said).to_contain_text("10:30")
    await said.get_by_role("button", name="Change the time").click()
    await form.get_by_label("Another time").fill(at.replace("10:30", "16:45"))
    await form.get_by_role("button", name="Save").click()
    await expect(said).to_contain_text(re.compile("16:45|4:45"))
    await page.reload()
    await expect(said).to_contain_text(re.compile("16:45|4:45"))
    await said.get_by_role("button", name="Do not send").click()
    await expect(said).to_have_count(0)
    await expect(desk.editor).to_have_text("It is here now.")
    await expect(shopper.frame.get_by_text("It is here now.")).to_have_count(0)


async def test_the_content_of_a_message_is_removed(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    await begin_chat(open_window, product, desk, "My diagnosis is private, sorry.")
    page, form = desk.page, desk.page.get_by_role("dialog")
    said = desk.messages.filter(has_text="diagnosis")
    await said.hover()
    await said.get_by_role("button", name="More for this message").click()
    await page.get_by_role("menuitem", name="Remove content").click()
    await expect(form.get_by_role("button", name="Remove for good")).to_be_disabled()
    await form.get_by_label("Reason").fill("health data")
    await form.get_by_role("button", name="Remove for good").click()
    await expect(form).to_be_hidden()
    await expect(said).to_have_count(0)
    await expect(desk.messages.filter(has_text="The content of this message was removed.")).to_have_count(1)
    await page.reload()
    await expect(desk.messages.filter(has_text="The content of this message was removed.")).to_have_count(1)
    await expect(page.get_by_text("diagnosis")).to_have_count(0)


async def test_snoozed_until_the_customer_writes(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    shopper = await begin_chat(open_window, product, desk, "I shall look for my receipt.")
    address = desk.page.url
    await desk.page.get_by_role("button", name="Snooze").first.click()
    async with desk.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        await desk.page.get_by_role("menuitem", name="Until the customer writes").click()
    await expect(desk.row("I shall look for my receipt.")).to_have_count(0)
    await desk.page.goto(address)
    await expect(desk.page.get_by_text("Until the customer writes").first).to_be_visible()
    await desk.visit("/inbox/snoozed")
    await expect(desk.row("I shall look for my receipt.")).to_be_visible()
    await shopper.write("Found it: number 4711.")
    await expect(desk.row("Found it: number 4711.")).to_have_count(0)
    await desk.visit()
    await expect(desk.row("Found it: number 4711.")).to_be_visible()


async def test_two_agents_see_each_other(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    link = await invite(desk, "ines@seaside.example", "Agent")
    other = await join(open_window, product, link, "Ines Costa")
    await begin_chat(open_window, product, desk, "Two of you are better than one.")
    await other.visit()
    await other.open("Two of you are better than one.")
    await expect(desk.page.get_by_text("Ines is looking")).to_be_visible()
    await other.editor.press_sequentially("Let me", delay=20)
    await expect(desk.page.get_by_text("Ines is writing a reply")).to_be_visible()
    await other.visit("/customers")
    await expect(desk.page.get_by_text(re.compile("Ines is"))).to_have_count(0)


async def test_a_collaborator_is_offered_what_he_may_do(
    open_window: Open, product: Product, agent: tuple[Window, Desk]
) -> None:
    _, desk = agent
    link = await invite(desk, "otto@seaside.example", "Collaborator")
    await begin_chat(open_window, product, desk, "Please ask the workshop.")
    other = await join(open_window, product, link, "Otto Lind")
    page = other.page
    await other.visit()
    await expect(page.get_by_role("checkbox", name=re.compile("^Select"))).to_have_count(0)
    await expect(page.get_by_role("button", name="New conversation")).to_have_count(0)
    await expect(page.get_by_role("link", name="Numbers")).to_have_count(0)
    await other.open("Please ask the workshop.")
    note = page.get_by_role("textbox", name="Note for the team")
    await expect(note).to_be_visible()
    for name in ("Close", "Snooze", "Assign", "Tags"):
        await expect(page.get_by_role("button", name=name, exact=True), name).to_have_count(0)
    await expect(page.get_by_role("button", name=re.compile("^Reply"))).to_have_count(0)
    await page.keyboard.press("e")
    await page.keyboard.press("r")
    await expect(other.editor).to_have_count(0)
    await note.fill("The workshop says yes.")
    await note.press("Control+Enter")
    await expect(other.messages.filter(has_text="The workshop says yes.")).to_have_count(1)
    await expect(note).to_be_focused()
    said = other.messages.filter(has_text="Please ask the workshop.")
    await said.hover()
    await said.get_by_role("button", name="More for this message").click()
    await expect(page.get_by_role("menuitem", name="Copy text")).to_be_visible()
    for name in ("Remove content", "Forward"):
        await expect(page.get_by_role("menuitem", name=name), name).to_have_count(0)
    await page.keyboard.press("Escape")
    await other.visit("/settings/tags")
    await expect(page.get_by_role("heading", name="Tags")).to_be_visible()
    await expect(page.get_by_role("button", name="New tag")).to_have_count(0)


async def test_this_browser_may_tell_while_the_desk_is_closed(
    open_window: Open, product: Product, signed_in: StorageState
) -> None:
    window = await open_window("agent", storage_state=signed_in, permissions=["notifications"])
    # The browser's maker has a service for this, which is beyond this machine.
    await window.page.add_init_script(PUSH_SERVICE)
    desk = Desk(window.page, product.desk)
    await desk.visit("/settings/notifications")
    async with window.page.expect_response(re.compile("/push-subscriptions$")) as waiting:
        await window.page.get_by_role("button", name="Let this browser tell me").click()
    assert (await waiting.value).ok
    switch = window.page.get_by_role("switch", name="By this browser, also while the desk is closed")
    await expect(switch).to_be_checked()


async def test_a_browser_that_refuses_is_told_of(
    open_window: Open, product: Product, signed_in: StorageState
) -> None:
    window = await open_window("agent", storage_state=signed_in)
    await window.page.add_init_script(
        "Object.defineProperty(Notification, 'permission', {get: () => 'denied'})"
    )
    desk = Desk(window.page, product.desk)
    await desk.visit("/settings/notifications")
    await expect(window.page.get_by_text("This browser refuses notifications from Parley.")).to_be_visible()
