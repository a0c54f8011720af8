"""The portal over HTTP, as a browser without scripts uses it; and what strangers, neighbours and forgers get."""

import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image

from parley.commerce.portal import codes
from parley.commerce.routes import portal
from parley.kit.clock import FixedClock
from parley.kit.http.limits import Limiter
from parley.kit.ids import uuid7
from tests.commerce.conftest import insert_connection
from tests.support.app import Shop, body_of
from tests.support.returns import Counter, Person, make_terms, read_hidden


@pytest.fixture
async def counter(shop: Shop, store_id: UUID, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """A shop that takes returns; no test stands in the way of another's tries."""
    for name, burst in (("BY_CALLER", 30), ("BY_ADDRESS", 10), ("MAILS", 3)):
        monkeypatch.setattr(portal, name, Limiter(rate=1 / 1000, burst=burst))
    return await Counter(shop, store_id, clock).open()


@pytest.fixture
def mails(counter: Counter) -> list[codes.Code]:
    """The codes that were sent."""
    sent: list[codes.Code] = []

    async def send(_runtime: object, code: codes.Code) -> None:
        sent.append(code)

    counter.shop.runtime.parts[codes.PART] = send
    return sent


def picture() -> bytes:
    """Gives a photo that says where it was taken."""
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "kitchen of Zoë"
    Image.new("RGB", (640, 480), "peru").save(made, "JPEG", exif=exif)
    return made.getvalue()


async def test_a_return_from_the_order_number_to_the_label(counter: Counter) -> None:
    order_id = await counter.place()
    zoe = Person(counter)
    page = await zoe.sign_in()
    assert page.status_code == 200, page.text
    assert "Order #1001" in page.text
    at = f"/orders/{order_id}"
    options = await zoe.post(at, page, line_0="1", quantity_0="1", reason_0="too_small")
    assert "€30.00" in options.text, options.text
    confirm = await zoe.post(at, options, resolution_0="refund")
    assert "€25.10" in confirm.text, confirm.text
    done = await zoe.post(at, confirm)
    assert "Your return is agreed" in done.text, done.text
    # The same form sent twice opens one return.
    again = await zoe.post(at, confirm)
    assert (again.url, await counter.shop.count("SELECT count(*) FROM returns")) == (done.url, 1)
    await counter.work()
    ready = await zoe.browser.get(done.url)
    assert "Download the label" in ready.text
    label = await zoe.browser.get(str(done.url) + "/label")
    assert (label.headers["content-type"], label.content[:5]) == ("application/pdf", b"%PDF-")
    agent = await counter.shop.signed_in()
    listed = body_of(await agent.get("/api/v1/returns?state=open"))["items"]
    assert [(one["number"], one["state"], one["refund_amount"], one["fee"]) for one in listed] == [
        ("#1001-R1", "approved", 2510, 490)
    ]


async def test_a_photo_is_asked_for_cleaned_and_shown_to_the_agent(counter: Counter) -> None:
    order_id = await counter.place()
    zoe = Person(counter)
    page = await zoe.sign_in()
    at = f"/orders/{order_id}"
    options = await zoe.post(at, page, line_0="1", reason_0="damaged")
    without = await zoe.post(at, options, resolution_0="refund")
    assert (without.status_code, "Add a photo" in without.text) == (422, True)
    broken = await zoe.post(
        at, without, files={"photo-0": ("x.jpg", b"not a picture", "image/jpeg")}, resolution_0="refund"
    )
    assert (broken.status_code, "no picture we can read" in broken.text) == (422, True)
    confirm = await zoe.post(
        at, broken, files={"photo-0": ("x.jpg", picture(), "image/jpeg")}, resolution_0="refund"
    )
    assert "Is this right?" in confirm.text, confirm.text
    await zoe.post(at, confirm)
    agent = await counter.shop.signed_in()
    (listed,) = body_of(await agent.get("/api/v1/returns"))["items"]
    shown = body_of(await agent.get(f"/api/v1/returns/{listed['id']}"))
    (photo,) = shown["lines"][0]["photos"]
    row = await counter.shop.count("SELECT sha256 FROM files WHERE id = $1 AND used", UUID(photo["id"]))
    kept = await counter.shop.runtime.files.read(str(counter.shop.workspace_id), row)
    assert b"kitchen" not in kept
    assert Image.open(io.BytesIO(kept)).size == (640, 480)


async def test_photos_of_others_are_no_proof(counter: Counter) -> None:
    order_id = await counter.place()
    at = f"/orders/{order_id}"
    eve, zoe = Person(counter), Person(counter)
    options = await zoe.post(at, await zoe.sign_in(), line_0="1", reason_0="damaged")
    confirm = await zoe.post(
        at, options, files={"photo-0": ("x.jpg", picture(), "image/jpeg")}, resolution_0="refund"
    )
    theirs = read_hidden(confirm.text)["photos-0"]
    options = await eve.post(at, await eve.sign_in(), line_0="1", reason_0="damaged")
    tried = await eve.post(at, options, resolution_0="refund", photos_0=theirs)
    assert (tried.status_code, "Add a photo" in tried.text) == (422, True)


async def test_above_the_limit_the_shopper_waits_and_may_take_it_back(counter: Counter) -> None:
    await counter.publish(make_terms(by_itself=1_000))
    order_id = await counter.place()
    zoe = Person(counter)
    at = f"/orders/{order_id}"
    options = await zoe.post(at, await zoe.sign_in(), line_0="1", reason_0="too_small")
    confirm = await zoe.post(at, options, resolution_0="refund")
    assert "Somebody of ours looks at this first" in confirm.text
    done = await zoe.post(at, confirm)
    assert "waiting for one of us" in done.text
    path = str(done.url).partition(str(counter.store_id))[2]
    back = await zoe.post(path + "/cancel", done)
    assert "taken this request back" in back.text
    assert [f["changes"]["state"] for f in await counter.shop.facts("ReturnChanged")] == [
        "requested",
        "cancelled",
    ]


async def test_an_exchange_is_chosen_from_what_is_in_stock(counter: Counter) -> None:
    await counter.shelve(v1=4, v2=3, v3=0)
    order_id = await counter.place()
    zoe = Person(counter)
    at = f"/orders/{order_id}"
    options = await zoe.post(at, await zoe.sign_in(), line_0="1", reason_0="too_small")
    assert re.findall(r'<option value="(v\d)"', options.text) == ["v1", "v2"]
    nothing = await zoe.post(at, options, resolution_0="exchange")
    assert (nothing.status_code, "Choose what you would like instead" in nothing.text) == (422, True)
    confirm = await zoe.post(at, nothing, resolution_0="exchange", variant_0="v2")
    assert "Exchange: V2" in confirm.text
    done = await zoe.post(at, confirm)
    assert "Your return is agreed" in done.text


async def test_one_order_number_opens_only_that_order(counter: Counter) -> None:
    first, second = await counter.place(1), await counter.place(2)
    zoe = Person(counter)
    assert f"/orders/{first}" in str((await zoe.sign_in()).url)
    assert (await zoe.get(f"/orders/{second}")).status_code == 404


async def test_a_code_opens_all_orders_of_the_address_and_no_others(
    counter: Counter, mails: list[codes.Code]
) -> None:
    mine = [await counter.place(1), await counter.place(2)]
    other = await counter.place(3, email="eve@example.com")
    zoe = Person(counter)
    asked = await zoe.post("/code", await zoe.get(), email="Zoe@Example.com ")
    await counter.work()
    (code,) = mails
    assert (code.to, len(code.code), code.shop) == ("Zoe@Example.com", 6, "Store")
    orders = await zoe.post("/verify", asked, code=f"{code.code[:3]} {code.code[3:]}")
    assert all(f"/orders/{one}" in orders.text for one in mine)
    assert other not in orders.text
    assert (await zoe.get(f"/orders/{other}")).status_code == 404
    cookie = next(c for c in zoe.browser.cookies.jar if c.name == "parley_portal")
    assert (cookie.path, cookie.has_nonstandard_attr("HttpOnly")) == ("/returns", True)
    left = await zoe.post("/leave", orders)
    assert "With your order number" in left.text
    assert (await zoe.get(f"/orders/{mine[0]}")).status_code == 303


async def test_the_mail_says_the_code_in_the_readers_language(counter: Counter) -> None:
    code = codes.Code(
        request_id=uuid7(),
        workspace_id=counter.shop.workspace_id,
        store_id=counter.store_id,
        shop="A <b> shop",
        to="z@example.com",
        code="012345",
        language="pt-BR",
    )
    mail = codes.build_code_mail(code)
    assert mail.subject == "012345 é o seu código para A <b> shop"
    assert "A &lt;b&gt; shop" in mail.html
    assert "012345" in mail.text


async def test_nobody_learns_whether_an_address_has_orders(counter: Counter, mails: list[codes.Code]) -> None:
    await counter.place()
    pages = []
    for email in ("zoe@example.com", "nobody@example.com"):
        person = Person(counter)
        answered = await person.post("/code", await person.get(), email=email)
        pages.append(re.sub(r"[0-9a-f-]{36}|value=\"[^\"]+\"", "", answered.text))
    await counter.work()
    assert pages[0] == pages[1]
    assert [mail.to for mail in mails] == ["zoe@example.com"]


async def test_a_code_is_good_for_five_tries_and_ten_minutes(
    counter: Counter, mails: list[codes.Code]
) -> None:
    await counter.place()
    zoe = Person(counter)
    asked = await zoe.post("/code", await zoe.get(), email="zoe@example.com")
    await counter.work()
    wrong = f"{(int(mails[0].code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert (await zoe.post("/verify", asked, code=wrong)).status_code == 422
    assert (await zoe.post("/verify", asked, code=mails[0].code)).status_code == 422

    asked = await zoe.post("/code", await zoe.get(), email="zoe@example.com")
    await counter.work()
    counter.clock.advance(timedelta(minutes=10, seconds=1))
    assert (await zoe.post("/verify", asked, code=mails[1].code)).status_code == 422
    hidden = await counter.shop.count(
        "SELECT string_agg(coalesce(code_hash, '') || coalesce(token_hash, ''), ' ') FROM portal_sessions"
    )
    assert all(mail.code not in hidden for mail in mails)


async def test_a_session_ends_after_an_hour(counter: Counter) -> None:
    order_id = await counter.place()
    zoe = Person(counter)
    await zoe.sign_in()
    counter.clock.advance(timedelta(minutes=59))
    assert (await zoe.get(f"/orders/{order_id}")).status_code == 200
    counter.clock.advance(timedelta(minutes=2))
    assert (await zoe.get(f"/orders/{order_id}")).status_code == 303


async def test_guessing_is_slowed_down(counter: Counter) -> None:
    await counter.place()
    eve = Person(counter)
    page = await eve.get()
    answers = [
        (await eve.post("/order", page, number=str(n), email="zoe@example.com")).status_code
        for n in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2
    codes_asked = [(await eve.post("/code", page, email="kim@example.com")).status_code for _ in range(5)]
    assert codes_asked == [200] * 3 + [429] * 2


async def test_forms_of_other_pages_are_not_taken(counter: Counter) -> None:
    order_id = await counter.place()
    zoe, eve = Person(counter), Person(counter)
    page = await zoe.sign_in()
    at = f"{zoe.home}/orders/{order_id}"
    fields = {**read_hidden(page.text), "line-0": "1", "reason-0": "too_small"}
    theirs = read_hidden((await eve.get()).text)["csrf"]
    for csrf in ("", "x", theirs):
        refused = await zoe.browser.post(at, data={**fields, "csrf": csrf})
        assert refused.status_code == 403
    crossing = await zoe.browser.post(at, data=fields, headers={"sec-fetch-site": "cross-site"})
    assert crossing.status_code == 403
    other = await zoe.browser.post(at, content=b"{}", headers={"content-type": "application/json"})
    assert other.status_code == 403
    bare = await eve.browser.post(f"{eve.home}/order", data={"number": "1001", "email": "zoe@example.com"})
    assert bare.status_code == 403


async def test_tampered_forms_and_ids_change_nothing(counter: Counter, neighbour: Shop) -> None:
    order_id = await counter.place()
    other = await counter.place(2, email="eve@example.com")
    zoe, eve = Person(counter), Person(counter)
    at = f"/orders/{order_id}"
    options = await zoe.post(at, await zoe.sign_in(), line_0="1", reason_0="too_small")
    confirm = await zoe.post(at, options, resolution_0="refund")
    many = await zoe.post(at, confirm, quantity_0="99")
    assert (many.status_code, "not so many left" in many.text) == (422, True)
    assert (await zoe.post(at, confirm, key="forged")).status_code == 403
    assert (await zoe.post(at, confirm, reason_0="moon")).status_code == 422
    assert (await zoe.post(f"/orders/{other}", confirm)).status_code == 404
    assert (await zoe.post(f"/orders/{uuid7()}", confirm)).status_code == 404
    done = await zoe.post(at, confirm)
    return_id = str(done.url).rpartition("/")[2]

    await eve.sign_in("1002", "eve@example.com")
    await counter.work()
    for path in ("", "/label"):
        assert (await eve.get(f"/requests/{return_id}{path}")).status_code == 404
    page = await eve.get(f"/orders/{other}")
    assert (await eve.post(f"/requests/{return_id}/cancel", page)).status_code == 404
    stranger = Person(counter)
    assert (await stranger.get(f"/requests/{return_id}")).status_code == 303
    assert (await stranger.get(f"/requests/{return_id}/label")).status_code == 404
    assert (await stranger.browser.get(f"/returns/{uuid7()}")).status_code == 404
    assert await counter.shop.count("SELECT count(*) FROM returns WHERE state = 'approved'") == 1


async def test_another_store_does_not_know_the_session(counter: Counter, neighbour: Shop) -> None:
    order_id = await counter.place()
    zoe = Person(counter)
    await zoe.sign_in()
    second = uuid7()
    async with neighbour.runtime.ctx(neighbour.workspace_id) as ctx:
        await insert_connection(ctx, second)
    zoe.home = f"/returns/{second}"
    assert "With your order number" in (await zoe.get()).text
    assert (await zoe.get(f"/orders/{order_id}")).status_code == 303


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pt-BR", "Quero devolver isto"),
        ("ko", "이 상품을 반품할게요"),
        ("sl", "To želim vrniti"),
        ("zh-CN", "我要退这件"),
        ("en", "I want to send this back"),
    ],
)
async def test_it_speaks_five_languages(counter: Counter, language: str, words: str) -> None:
    await counter.place()
    page = await Person(counter, language).sign_in()
    assert words in page.text
    assert 'lang="en"' not in page.text.partition("<body")[0] or language == "en"


async def test_pages_are_private_and_run_nothing(counter: Counter) -> None:
    await counter.place(name="<script>alert(1)</script>")
    page = await Person(counter).sign_in()
    assert page.headers["cache-control"] == "no-store"
    assert "script-src" not in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert "noindex" in page.text
    style = await Person(counter).browser.get("/public-pages.css")
    assert (style.status_code, b"--accent" in style.content) == (200, True)


async def test_without_a_way_to_send_codes_they_are_not_offered(
    counter: Counter, mails: list[codes.Code]
) -> None:
    assert "With a code by e-mail" in (await Person(counter).get()).text
    counter.shop.runtime.parts[codes.PART] = codes.send_by_mail
    assert "With a code by e-mail" not in (await Person(counter).get()).text
