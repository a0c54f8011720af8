"""Plays the widget in a real browser against the stand-in server and checks what must hold.

`python double.py 8400 &`, then `python drive.py [name …]`; needs playwright and a Chromium. Each scenario begins with nothing.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserType, sync_playwright

from playing import (
    begin,
    begin_private,
    control,
    expect,
    open_chat,
    settle,
    shown,
    until,
    visit,
    write,
)

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
Scenario = Callable[[BrowserType], None]
SCENARIOS: dict[str, Scenario] = {}


def scenario(play: Scenario) -> Scenario:
    """Registers a scenario under its function's name."""
    SCENARIOS[play.__name__] = play
    return play


@scenario
def sends_once_under_every_fault(browser: BrowserType) -> None:
    """Lost, late and double acknowledgements, cut sockets, restarts, forgotten cursors: each message once, in order."""
    page = visit(begin(browser))
    frame = open_chat(page)
    faults: list[dict[str, Any]] = [
        {}, {"lose_acks": True}, {"twice": True}, {"ack_delay": 0.4}, {"down": True}, {"reset": True}, {},
    ]  # fmt: skip
    texts = []
    for number, fault in enumerate(faults):
        control("fault", **fault)
        for part in range(3):
            texts.append(f"message {number}.{part}")
            write(frame, texts[-1])
            if part == 1:
                control("close", code=1012 if number % 2 else 1011)
        control("say", text=f"answer {number}")
        page.wait_for_timeout(400)
    control("fault")
    settle(frame, texts)


@scenario
def survives_a_reload_and_a_killed_tab(browser: BrowserType) -> None:
    """What is written into a dead connection is sent by the next page, once; the old page shows at once."""
    context = begin(browser)
    page = visit(context)
    frame = open_chat(page)
    write(frame, "one")
    settle(frame, ["one"])
    control("fault", deaf=True)
    write(frame, "two")
    page.reload()
    frame = open_chat(page)
    expect("painted from the device", shown(frame), ["one", "two"])
    write(frame, "three")
    page.close(run_before_unload=False)
    control("fault", lose_acks=True)
    page = visit(context)
    frame = open_chat(page)
    page.wait_for_timeout(1_500)
    page.close(run_before_unload=False)
    control("fault")
    page = visit(context)
    frame = open_chat(page)
    settle(frame, ["one", "two", "three"])


@scenario
def shares_between_tabs(browser: BrowserType) -> None:
    """Two tabs show the same, a tab that dies leaves its message to the other, reading in one clears the other's badge."""
    context = begin(browser)
    first = visit(context)
    one = open_chat(first)
    write(one, "from the first tab")
    settle(one, ["from the first tab"])
    second = visit(context)
    two = open_chat(second)
    until("the second tab shows it", lambda: shown(two) == ["from the first tab"], page=second)
    write(two, "from the second tab")
    until("the first tab hears it", lambda: len(shown(one)) == 2, page=first)
    control("fault", down=True)
    control("close", code=1011)
    second.wait_for_timeout(300)
    write(two, "orphan")
    second.close(run_before_unload=False)
    control("fault")
    settle(one, ["from the first tab", "from the second tab", "orphan"])


@scenario
def notices_a_dead_network(browser: BrowserType) -> None:
    """A connection that says nothing is given up when the page wakes; the banner says that the message is kept."""
    context = begin(browser)
    page = visit(context)
    frame = open_chat(page)
    write(frame, "before")
    settle(frame, ["before"])
    context.set_offline(True)
    write(frame, "in the tunnel")
    frame.locator(".banner span").wait_for(timeout=8_000)
    page.wait_for_timeout(1_000)
    context.set_offline(False)
    settle(frame, ["before", "in the tunnel"])
    until("the banner goes", lambda: frame.locator(".banner span").count() == 0, page=page)
    control("fault", deaf=True)
    write(frame, "into the void")
    page.wait_for_timeout(1_200)
    frame.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(4_000)
    control("fault")
    settle(frame, ["before", "in the tunnel", "into the void"])


@scenario
def works_in_a_private_window(browser: BrowserType) -> None:
    """Where a frame may keep nothing the loader keeps the token and what is unsent; the next page is the same visitor."""
    context = begin_private(browser)
    page = visit(context)
    frame = open_chat(page)
    write(frame, "one")
    settle(frame, ["one"])
    control("fault", deaf=True)
    write(frame, "two")
    page.wait_for_timeout(300)
    page.reload()
    control("fault")
    frame = open_chat(page)
    settle(frame, ["one", "two"])
    kept = page.evaluate("localStorage.getItem('parley:ch_dev')")
    if "one" in kept or "two" in kept:
        raise AssertionError(f"messages are left on the shop's page: {kept}")


@scenario
def works_without_any_storage(browser: BrowserType) -> None:
    """Where the browser forbids storage to the shop as well, the chat lives in memory."""
    context = begin(browser)
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    page = visit(context)
    frame = open_chat(page)
    write(frame, "nothing is kept")
    settle(frame, ["nothing is kept"])
    control("close", code=1012)
    write(frame, "but all is sent")
    settle(frame, ["nothing is kept", "but all is sent"])


@scenario
def tells_both_sides(browser: BrowserType) -> None:
    """Typing is throttled and ends, seen goes both ways, the shop hears its events, the badge counts."""
    page = visit(begin(browser))
    frame = open_chat(page)
    frame.locator(".pen textarea").press_sequentially("slowly typed", delay=20)
    write(frame, "hello")
    page.wait_for_timeout(300)
    typed = [item["on"] for item in control("look")["received"] if item["t"] == "typing"]
    expect("typing frames", typed[:1], [True])
    if len(typed) > 2:
        raise AssertionError(f"typing is not throttled: {typed}")
    control("typing")
    frame.locator(".typing").wait_for()
    control("say", text="Hi")
    until("typing ends", lambda: frame.locator(".typing").count() == 0, page=page)
    page.wait_for_timeout(200)
    seen = [item for item in control("seen")["received"] if item["t"] == "seen"]
    expect("seen frames", len(seen), 1)
    frame.get_by_text("· Seen").wait_for()
    page.keyboard.press("Escape")
    control("say", text="Are you there?")
    badge = page.locator("parley-widget b")
    until("the badge counts", lambda: badge.inner_text() == "1", page=page)
    expect("label", page.locator("parley-widget button").get_attribute("aria-label"), "Chat, 1 unread message")
    events = [name for name, *_ in page.evaluate("heard")]
    expect("events", events, ["ready", "open", "unread", "message", "unread", "close", "unread", "message"])
    expect("focus is back", page.evaluate("document.activeElement.localName"), "parley-widget")


@scenario
def leaves_a_message_and_a_rating(browser: BrowserType) -> None:
    """The form is checked, the address is refused by the server and given again; the rating is shown as given."""
    control("presence", online=False, people=[], expected="email", opens_at="2030-01-01T08:00:00Z")
    page = visit(begin(browser))
    frame = open_chat(page)
    frame.locator("button[type=submit]").click()
    expect("errors", frame.locator(".error").count(), 2)
    frame.locator("textarea[name=message]").fill("Do you ship to Norway?")
    frame.locator("input[name=email]").fill("kari@example.invalid")
    frame.locator("button[type=submit]").click()
    frame.locator(".email .error").wait_for()
    frame.locator("input[name=email]").fill("kari@example.no")
    frame.locator(".email button[type=submit]").click()
    frame.get_by_text("k•••@example.no").wait_for()
    settle(frame, ["Do you ship to Norway?"])
    control("status", status="closed")
    frame.locator("label.star").nth(4).click()
    frame.locator(".rating textarea").fill("Kind")
    frame.locator(".rating button[type=submit]").click()
    frame.locator(".stars.given").wait_for()
    page.wait_for_timeout(300)
    rates = [item for item in control("look")["received"] if item["t"] == "rate"]
    expect("rating", [(item["score"], item["comment"]) for item in rates], [(5, "Kind")])
    until("the shop hears it", lambda: ["rated", 5] in page.evaluate("heard"), page=page)


@scenario
def carries_the_calls(browser: BrowserType) -> None:
    """Identity, language, page changes and logout reach the server and the device."""
    page = visit(begin(browser), "?customer-id=7&customer-signature=ab&customer-expires=1900000000")
    frame = open_chat(page)
    write(frame, "signed")
    settle(frame, ["signed"])
    hello = next(item for item in control("look")["received"] if item["t"] == "hello")
    identity = {"id": "7", "email": "", "name": "", "expires": 1900000000, "signature": "ab"}
    expect("identity", hello["identity"], identity)
    expect("a session is marked", page.evaluate("localStorage.getItem('parley:ch_dev')"), "#0f766e")
    page.evaluate("parley('language', 'sl')")
    frame.get_by_label("Zapri klepet").wait_for()
    page.evaluate("history.pushState({}, '', '/cart')")
    until("the page is told", lambda: any(item["t"] == "page" for item in control("look")["received"]), page=page)
    page.evaluate("parley('logout')")
    until("the device forgets", lambda: frame.locator(".bubble").count() == 0, page=page)
    until("the mark goes", lambda: page.evaluate("localStorage.getItem('parley:ch_dev')") is None, page=page)
    page.evaluate("parley('close'), parley('open'), parley('toggle')")
    expect("closed", page.locator("parley-widget section").get_attribute("class"), "ready")


@scenario
def uploads(browser: BrowserType) -> None:
    """A file is sent with its progress, a refused one says why, one that met no server is sent again by itself."""
    page = visit(begin(browser))
    frame = open_chat(page)
    picture = (Path(__file__).parent / "board.svg").read_bytes()
    field = frame.locator("input[type=file]")
    frame.get_by_text("Replies in").first.wait_for()
    control("fault", upload_delay=0.5)
    field.set_input_files([{"name": "note-10x10.txt", "mimeType": "text/plain", "buffer": picture}])
    frame.locator("progress").wait_for()
    expect("send waits", frame.locator(".send").is_disabled(), expected := True)
    until("send is ready", lambda: frame.locator(".send").is_enabled() is expected, page=page)
    frame.locator(".send").click()
    frame.locator(".file").wait_for()
    control("fault", upload_status=415)
    field.set_input_files([{"name": "virus.exe", "mimeType": "application/x-dosexec", "buffer": b"x"}])
    frame.get_by_text("Files like virus.exe are not accepted.").wait_for()
    frame.get_by_label("Remove virus.exe").click()
    control("fault", upload_status=503)
    field.set_input_files([{"name": "later.txt", "mimeType": "text/plain", "buffer": b"x"}])
    frame.get_by_text("later.txt was not uploaded.").wait_for()
    control("fault")
    control("close", code=1012)
    until("it is sent by itself", lambda: frame.locator(".upload.wrong").count() == 0, page=page)
    until("it is there", lambda: frame.locator(".send").is_enabled(), page=page)


@scenario
def is_quiet_and_reachable(browser: BrowserType) -> None:
    """Nothing on the shop's page moves; a phone gets the whole screen and keeps Tab inside; axe finds nothing serious."""
    context = begin(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = visit(context)
    page.evaluate(
        "window.moved = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) moved += entry.value })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    expect("no frame before it is wanted", len(page.frames), 1)
    frame = open_chat(page)
    page.wait_for_timeout(400)
    box = page.locator("parley-widget iframe").bounding_box()
    expect("whole screen", box, {"x": 0, "y": 0, "width": 390, "height": 844})
    expect("the page stands still", page.evaluate("document.documentElement.style.overflow"), "hidden")
    frame.locator(".pen textarea").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        expect("Tab stays", frame.evaluate("document.activeElement !== document.body"), expected := True)
    write(frame, "Hi")
    control("say", kind="assistant", text="How can I help?")
    control("say", html="<p>See <a href='https://example.com/'>this</a></p>", text="See this")
    control("status", status="closed")
    frame.locator(".rating").wait_for()
    page.wait_for_timeout(300)
    frame.evaluate(AXE.read_text())
    found = frame.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })")
    problems = [(item["id"], [node["html"] for node in item["nodes"]]) for item in found["violations"]]
    expect("axe", problems, [])
    frame.get_by_label("Close chat").click()
    expect("the page moves again", page.evaluate("document.documentElement.style.overflow"), "")
    expect("nothing moved", page.evaluate("moved") == 0, expected)
    expect("complaints", getattr(page, "complaints", None), [])


def main() -> int:
    """Plays the scenarios named, or all."""
    wanted = sys.argv[1:] or list(SCENARIOS)
    failed = 0
    for name in wanted:
        control("clear")
        began = time.monotonic()
        try:
            with sync_playwright() as playwright:
                SCENARIOS[name](playwright.chromium)
            verdict = "ok"
        except Exception as error:  # noqa: BLE001 - one scenario's failure does not keep the others from being played
            failed += 1
            verdict = f"FAILED {type(error).__name__}: {error}"
        sys.stdout.write(f"{name} {time.monotonic() - began:.1f} s {verdict}\n")
        sys.stdout.flush()
    return failed


if __name__ == "__main__":
    sys.exit(main())
