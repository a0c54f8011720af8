"""The pages of a shop that need no account: nasty forms and addresses, and never anything that is somebody else's."""

from collections import defaultdict
from typing import Any

import httpx
import pytest

from parley.commerce.routes import portal
from parley.kit.http.limits import Limiter
from parley.kit.ids import uuid7
from tests.robust.laboratory import complain
from tests.robust.operations import Operation, list_operations
from tests.robust.shopping import EMAIL, slug_of
from tests.robust.test_hostile_api import HOSTILE, QUERIES
from tests.robust.world import Place, World, changed, snapshot
from tests.support.returns import read_hidden

ORDER = "/returns/{shop:str}/orders/{order_id:uuid}"
PAGES = ("/policies/", "/returns/")
NAMES = ("language", "country", "day", "line", "number", "step", "csrf")
FIELDS = ("number", "email", "code", "request", "step", "key")
CHOSEN = {
    "line-0": "1", "quantity-0": "1", "reason-0": "too_small", "resolution-0": "refund", "note-0": "", "variant-0": "",
    "photos-0": "", "step": "confirm", "key": "",
}  # fmt: skip
BODIES = [
    (b"", "application/x-www-form-urlencoded"),
    (b"%ff%fe=%00&a", "application/x-www-form-urlencoded"),
    (b"a=1&" * 5000, "application/x-www-form-urlencoded"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--", "multipart/form-data; boundary=x"),
    (b"\x00" * 100, "multipart/form-data"),
    (b'{"csrf": 1}', "application/json"),
    (b"\x81", ""),
]


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """This many tries in a few seconds are what is wanted here."""
    for name in ("BY_CALLER", "BY_ADDRESS", "MAILS"):
        monkeypatch.setattr(portal, name, Limiter(rate=1e9, burst=10**9))


def pages(world: World, method: str) -> list[Operation]:
    """Gives the public pages."""
    found = [o for o in list_operations(world.app) if o.method == method and o.path.startswith(PAGES)]
    assert len(found) >= 5
    return found


def shown(place: Place, answer: httpx.Response) -> list[str]:
    """Gives what a page shows of a place's order, return, policy or settings, its shop's name left out."""
    text = answer.text.replace(f"{place.marker} store", "")
    return [
        said
        for said in (f"{place.marker} ", EMAIL.format(slug_of(place)), f"OUT{slug_of(place)}")
        if said in text
    ]


async def test_nasty_addresses(world: World, ours: Place) -> None:
    wrong = []
    for operation in pages(world, "GET"):
        good = operation.fill({**ours.ids, "page": "shipping"})
        tries = [f"{good}?{name}={nasty}" for name in NAMES for nasty in QUERIES]
        tries += [
            operation.fill({**ours.ids, "page": "returns", name: nasty})
            for name in operation.parameters
            for nasty in QUERIES
        ]
        for path in tries:
            answer = await ours.shopper.get(path)
            if said := complain(answer):
                wrong.append(f"{path[:200]}: {said[:300]}")
    assert not wrong, "\n".join(wrong)


def list_forms(operation: Operation) -> list[dict[str, str]]:
    """Gives forms with something nasty in all fields, and where a return is chosen in one field at a time."""
    texts: list[Any] = list(HOSTILE.values())
    nasty = [text for text in texts if isinstance(text, str) and "\ud800" not in text]
    forms = [dict.fromkeys((*FIELDS, *CHOSEN), text) for text in nasty]
    if operation.path == ORDER:
        forms += [{**CHOSEN, name: text} for name in CHOSEN for text in nasty]
        forms += [{**CHOSEN, "step": step} for step in ("options", "confirm", "send")]
    return forms


async def test_nasty_forms(world: World, ours: Place) -> None:
    """Whoever is signed in and whoever is not sends every form with everything in it that does not belong there."""
    home = f"/returns/{ours.ids['store_id']}"
    guest = ours.client()
    wrong: list[str] = []
    statuses: defaultdict[tuple[str, bool], set[int]] = defaultdict(set)
    for browser, page in (
        (guest, home),
        (ours.shopper, f"{home}/orders/{ours.ids['order_id']}"),
    ):
        hidden = {"csrf": read_hidden((await browser.get(page)).text)["csrf"]}
        for operation in pages(world, "POST"):
            if operation.path.endswith(("/leave", "/cancel")):
                continue
            path = operation.fill(ours.ids)
            for form in list_forms(operation):
                answer = await browser.post(path, data={**form, **hidden})
                statuses[operation.path, browser is guest].add(answer.status_code)
                if said := complain(answer):
                    wrong += [f"{path} {str(form)[:300]}: {said[:300]}"]
            for body, kind in BODIES:
                headers = {"Content-Type": kind}
                if said := complain(await browser.post(path, content=body, headers=headers)):
                    wrong.append(f"{path} {body[:40]!r}: {said[:300]}")
    # Asked again, asked to confirm, refused as stale: all steps of a return were reached.
    assert statuses[ORDER, False] >= {200, 403, 422}, statuses
    assert not wrong, "\n".join(wrong)


async def test_a_shopper_is_shown_nothing_of_others(world: World, ours: Place, theirs: Place) -> None:
    """Orders and returns of another shop do not exist: neither at its own portal nor at that of this shop."""
    before = await snapshot(theirs)
    hidden = read_hidden((await ours.shopper.get(f"/returns/{ours.ids['store_id']}")).text)
    guest = ours.client()
    for operation in (*pages(world, "GET"), *pages(world, "POST")):
        if operation.path.startswith("/policies/"):
            continue
        for shop in (ours, theirs):
            path = operation.fill({**theirs.ids, "shop": shop.ids["store_id"]})
            for browser in (ours.shopper, guest):
                if operation.method == "POST" and operation.path.endswith(("/code", "/leave")):
                    continue
                sent: dict[str, Any] = (
                    {"data": {**hidden, "number": "1001"}} if operation.method == "POST" else {}
                )
                answer = await browser.request(operation.method, path, **sent)
                assert answer.status_code < 500, (path, answer.text)
                assert not shown(theirs, answer), (operation.name, answer.text)
    assert changed(before, await snapshot(theirs)) == []


async def test_the_session_of_one_shop_is_none_at_another(ours: Place, theirs: Place) -> None:
    token = ours.shopper.cookies["parley_portal"]
    for place, seen in ((ours, True), (theirs, False)):
        browser = ours.client(Cookie=f"parley_portal={token}")
        answer = await browser.get(f"/returns/{place.ids['store_id']}/orders/{place.ids['order_id']}")
        assert bool(shown(place, answer)) is seen
        assert answer.status_code == (200 if seen else 303)


async def test_a_store_that_is_not_there(ours: Place) -> None:
    for shop in (str(uuid7()), "nobody", ours.ids["order_id"], ours.ids["connection_id"]):
        for path in (f"/policies/{shop}/returns", f"/returns/{shop}"):
            answer = await ours.shopper.get(path)
            assert answer.status_code == 404, path
            assert complain(answer) is None
            assert ours.marker not in answer.text
