"""What policies say: dates, windows, charges, costs, addresses; and how versions come into force."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.app.demo.policy import build_terms
from parley.commerce.model import Address
from parley.commerce.policies.addresses import is_military, is_po_box
from parley.commerce.policies.answering import (
    ChargesQuestion,
    CostQuestion,
    DeliveryQuestion,
    ShippingQuestion,
    WindowQuestion,
    answer,
)
from parley.commerce.policies.calendar import arrives_between, end_of_day, leaves_between
from parley.commerce.policies.checking import check_terms
from parley.commerce.policies.terms import Amounts, Processing, Returns, ShippingOption, Terms
from tests.support.app import Shop, body_of
from tests.support.returns import make_terms

TIMES = st.integers(0, 730 * 86_400).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n))
ZONES = st.sampled_from(["UTC", "Europe/Brussels", "America/Sao_Paulo", "Asia/Seoul", "Pacific/Apia"])
PROCESSINGS = st.builds(
    Processing,
    least=st.integers(0, 3),
    most=st.integers(3, 9),
    cutoff=st.sampled_from(["00:00", "14:00", "23:59"]),
    time_zone=ZONES,
    workdays=st.lists(st.integers(0, 6), min_size=1, unique=True),
    holidays=st.lists(
        st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(lambda day: day.isoformat()), max_size=20
    ),
)
OPTIONS = st.builds(
    ShippingOption,
    code=st.just("way"),
    name=st.just({"en": "Way"}),
    least=st.integers(0, 5),
    most=st.integers(5, 12),
    working=st.booleans(),
    weekends=st.booleans(),
)


@given(PROCESSINGS, OPTIONS, TIMES, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_whoever_orders_later_gets_it_no_sooner(
    processing: Processing, option: ShippingOption, at: datetime, later: timedelta
) -> None:
    first, second = leaves_between(at, processing), leaves_between(at + later, processing)
    assert at.astimezone(ZoneInfo(processing.time_zone)).date() <= first[0] <= first[1]
    assert (first[0] <= second[0], first[1] <= second[1]) == (True, True)
    soon, late = arrives_between(first, option, processing)
    assert first[0] <= soon <= late
    assert late <= arrives_between(second, option, processing)[1]


def test_the_cutoff_holidays_and_weekends_count() -> None:
    processing = Processing(
        least=0, most=1, cutoff="14:00", time_zone="Europe/Brussels", holidays=["2026-12-25"]
    )
    thursday = datetime(2026, 12, 24, 12, 59, tzinfo=UTC)
    # 13:59 in Brussels, before the cutoff; the 25th is a holiday, the 26th a Saturday.
    assert leaves_between(thursday, processing) == (date(2026, 12, 24), date(2026, 12, 28))
    after = thursday + timedelta(minutes=1)
    assert leaves_between(after, processing) == (date(2026, 12, 28), date(2026, 12, 29))


@given(TIMES, st.integers(0, 60), st.integers(-20, 60), ZONES)
def test_the_window_ends_at_midnight_of_the_shop(at: datetime, days: int, moved: int, zone: str) -> None:
    terms = Terms(processing=Processing(time_zone=zone), returns=Returns(window=days))
    asked = WindowQuestion(now=at, sent_at=at, delivered_at=at, moved_days=moved)
    found = answer(terms, asked, 7)
    ends_at = datetime.fromisoformat(found.values["ends_at"])
    local = ends_at.astimezone(ZoneInfo(zone))
    arrived = at.astimezone(ZoneInfo(zone)).date()
    assert (local.hour, local.minute, found.version, found.clause) == (0, 0, 7, "returns.window")
    assert found.values["last_day"] == (arrived + timedelta(days=days + moved)).isoformat()
    last_moment = msgspec.structs.replace(asked, now=ends_at - timedelta(microseconds=1))
    assert answer(terms, last_moment).code == "window.open"
    assert answer(terms, msgspec.structs.replace(asked, now=ends_at)).code == "window.over"


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_days_on_which_the_clock_is_changed_are_whole(day: date, hours: int) -> None:
    processing = Processing(time_zone="Europe/Brussels")
    before, after = (end_of_day(one, processing) for one in (day - timedelta(days=1), day))
    assert after - before == timedelta(hours=hours)


def test_windows_differ_by_country_and_resolution_and_some_things_never_come_back() -> None:
    terms = Terms(
        returns=Returns(
            window=30, exchange_window=60, windows={"DE": 14}, countries=["DE", "BE"], final=["Gift-Card"]
        )
    )
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    base = WindowQuestion(now=now, sent_at=now, delivered_at=now)

    def said(**changes: Any) -> tuple[str, str, Any]:
        found = answer(terms, msgspec.structs.replace(base, **changes))
        return found.code, found.clause, found.values.get("days")

    assert said(country="BE") == ("window.open", "returns.window", 30)
    assert said(country="DE") == ("window.open", "returns.windows.DE", 14)
    assert said(country="DE", resolution="exchange") == ("window.open", "returns.exchange_window", 60)
    assert said(country="FR")[:2] == ("window.country", "returns.countries")
    assert said(country="DE", traits=["gift-card"])[:2] == ("window.final", "returns.final")
    assert said(sent_at=None, delivered_at=None)[0] == "window.not_sent"
    assert said(delivered_at=None, on_its_way=True)[0] == "window.on_its_way"
    unseen = said(delivered_at=None, sent_at=now - timedelta(days=20))
    assert unseen[0] == "window.open"
    assert said(delivered_at=None, sent_at=now - timedelta(days=45))[0] == "window.over"


def test_shipping_says_what_goes_where_and_why_the_rest_does_not() -> None:
    terms = build_terms()
    monday = datetime(2026, 11, 23, 8, tzinfo=UTC)

    def said(country: str, line: str = "1 High St", **more: Any) -> tuple[dict[str, Any], dict[str, str]]:
        address = Address(line1=line, country=country, **more)
        found = answer(terms, ShippingQuestion(at=monday, address=address))
        options = {one["code"]: one["arrives"] for one in found.values["options"]}
        return options, {one["code"]: one["why"] for one in found.values["refused"]}

    options, _ = said("GB")
    assert options == {
        "standard": ["2026-11-25", "2026-11-30"],
        "express": ["2026-11-24", "2026-11-25"],
    }
    options, refused = said("GB", "P.O. Box 12")
    assert (list(options), refused["express"]) == (["standard"], "po_box")
    options, refused = said("US", "PSC 1234 Box 5", region="AE")
    assert (list(options), refused["express_world"]) == (["standard_world"], "military")
    assert set(said("BR")[0]) == {"pac", "sedex"}
    free = answer(terms, ShippingQuestion(at=monday, country="GB", subtotal=9_000))
    assert [(one["code"], one["cost"]) for one in free.values["options"]] == [
        ("standard", 0),
        ("express", 1690),
    ]
    expected = answer(terms, DeliveryQuestion(at=monday, option="standard", country="GB"))
    assert (expected.values["arrives"], expected.clause) == (
        ["2026-11-25", "2026-11-30"],
        "shipping.standard",
    )
    assert answer(terms, DeliveryQuestion(at=monday, option="balloon")).code == "delivery.unknown"


def test_charges_say_who_pays() -> None:
    def said(country: str) -> list[tuple[str, str]]:
        found = answer(build_terms(), ChargesQuestion(country=country))
        return [(one["code"], one["paid_by"]) for one in found.values["charges"]]

    assert (said("DE"), said("US"), said("BR")) == (
        [("union", "shop")],
        [("customs", "customer")],
        [("brazil", "shop")],
    )


def test_what_a_reason_costs() -> None:
    terms = build_terms()
    now = datetime(2026, 5, 8, 12, tzinfo=UTC)

    def said(reason: str, **more: Any) -> tuple[Any, ...]:
        found = answer(terms, CostQuestion(reason=reason, now=now, **more))
        return found.values.get("label"), found.values.get("fee"), found.values.get("photo")

    assert said("too_small") == ("shop", 490, False)
    assert said("too_small", resolution="exchange") == ("shop", 0, False)
    assert said("damaged") == ("shop", 0, True)
    brazil = {"country": "BR", "currency": "BRL"}
    assert said("too_small", delivered_at=now - timedelta(days=7), **brazil)[1] == 0
    assert said("too_small", delivered_at=now - timedelta(days=8), **brazil)[1] == 1990
    assert answer(terms, CostQuestion(reason="moon")).code == "cost.unknown_reason"
    assert answer(terms, CostQuestion(reason="damaged", currency="JPY")).code == "cost.unknown_currency"


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("US", "PO Box 12"), ("US", "P. O. Box 7"), ("AU", "Locked Bag 3"), ("DE", "Postfach 12 34"),
        ("FR", "Boîte postale 12"), ("FR", "BP 12"), ("ES", "Apartado de Correos 5"), ("BR", "Caixa Postal 77"),
        ("PT", "Apartado 12"), ("IT", "Casella postale 3"), ("NL", "Postbus 1"), ("SI", "Poštni predal 4"),
        ("SI", "p.p. 12"), ("PL", "skr. poczt. 5"), ("FI", "PL 12"), ("HU", "Pf. 12"), ("NO", "Postboks 5"),
        ("RU", "а/я 12"), ("JP", "私書箱5号"), ("CN", "1234信箱"), ("KR", "사서함 12호"), ("IL", "ת.ד. 5"), ("AE", "ص.ب 12"),
        ("TR", "P.K. 12"), ("SE", "Box 12"),
    ],
)  # fmt: skip
def test_boxes_at_post_offices_are_recognised(country: str, line: str) -> None:
    assert is_po_box(Address(line1=line, country=country))


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("GB", "12 Boxwood Road"), ("GB", "1 Post Office Lane"), ("US", "PL 12"), ("DE", "Poststraße 5"),
        ("BR", "Rua do Correio 5"), ("NL", "Postlaan 3"), ("FI", "Mannerheimintie 12"), ("KR", "사서로 12"),
        ("IT", "Corso Porta Nuova 3"), ("FR", "12 rue de la Poste"),
    ],
)  # fmt: skip
def test_streets_are_no_boxes(country: str, line: str) -> None:
    assert not is_po_box(Address(line1=line, country=country))


@pytest.mark.parametrize(
    "address",
    [
        Address(line1="PSC 802 Box 74", city="APO", region="AE", postcode="09499", country="US"),
        Address(line1="Unit 2050 Box 4190", city="DPO", region="AP", postcode="96278", country="US"),
        Address(line1="1 Road", city="FPO AA", country="US"),
        Address(line1="Cpl Smith", city="BFPO 57", country="GB"),
        Address(line1="1 Camp", postcode="BF1 3AA", country="GB"),
        Address(line1="제 1234 부대", country="KR"),
        Address(line1="SP 12345", city="00200 ARMEES", country="FR"),
    ],
)
def test_military_post_is_recognised(address: Address) -> None:
    assert (is_military(address), is_po_box(address)) == (True, False)


def test_mistakes_are_named() -> None:
    terms = make_terms(address={}, countries=["Germany"], other_currencies=[Amounts(currency="BRL")] * 2)
    terms.processing.time_zone = "Mars/Olympus"
    terms.processing.holidays = ["25.12."]
    assert {one.field for one in check_terms(terms)} == {
        "returns.address", "returns.countries", "returns.other_currencies", "processing.time_zone",
        "processing.holidays.0",
    }  # fmt: skip
    assert check_terms(build_terms()) == []


async def test_a_draft_is_published_and_versions_stay(shop: Shop, store_id: UUID) -> None:
    lead, agent = await shop.signed_in("lead"), await shop.signed_in("agent")
    terms = msgspec.to_builtins(make_terms())
    assert (await agent.put("/api/v1/policies/draft", json={"terms": terms})).status_code == 403
    draft = body_of(await lead.put("/api/v1/policies/draft", json={"terms": terms, "note": "first"}))
    assert (draft["state"], draft["version"]) == ("draft", 1)
    current = f"/api/v1/policies/current?store_id={store_id}"
    assert body_of(await agent.get(current))["version"] == 0
    published = body_of(await lead.post(f"/api/v1/policies/{draft['id']}/publish"))
    assert (published["state"], body_of(await agent.get(current))["version"]) == ("published", 1)
    assert (await lead.post(f"/api/v1/policies/{draft['id']}/publish")).status_code == 409

    terms["returns"]["window"] = 45
    second = body_of(await lead.put("/api/v1/policies/draft", json={"terms": terms}))
    again = body_of(await lead.put("/api/v1/policies/draft", json={"terms": terms, "note": "again"}))
    assert (second["version"], again["id"]) == (2, second["id"])
    await lead.post(f"/api/v1/policies/{second['id']}/publish")
    versions = body_of(await agent.get("/api/v1/policies?limit=1"))
    rest = body_of(await agent.get(f"/api/v1/policies?after={versions['next']}"))
    assert [one["state"] for one in (*versions["items"], *rest["items"])] == ["published", "ended"]
    assert [fact["version"] for fact in await shop.facts("PolicyPublished")] == [1, 2]

    own = body_of(await lead.put("/api/v1/policies/draft", json={"terms": terms, "store_id": str(store_id)}))
    await lead.post(f"/api/v1/policies/{own['id']}/publish")
    assert body_of(await agent.get(current))["store_id"] == str(store_id)
    question = {"about": "window", "now": "2026-05-01T00:00:00Z", "sent_at": "2026-04-01T00:00:00Z"}
    said = body_of(
        await agent.post("/api/v1/policies/preview", json={"question": question, "store_id": str(store_id)})
    )
    assert (said["code"], said["version"], said["clause"]) == ("window.open", 1, "returns.window")


async def test_a_wrong_policy_is_refused_field_by_field(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    terms = msgspec.to_builtins(make_terms(windows={"Mars": 3}))
    answered = await lead.put("/api/v1/policies/draft", json={"terms": terms})
    assert (answered.status_code, body_of(answered)["errors"][0]["field"]) == (422, "returns.windows")
    terms["returns"]["colour"] = "red"
    assert (await lead.put("/api/v1/policies/draft", json={"terms": terms})).status_code in (400, 422)


async def test_the_schema_describes_every_field(shop: Shop) -> None:
    schema = body_of(await shop.client().get("/api/schemas/policy.json"))
    assert set(schema["$defs"]["Returns"]["properties"]) == set(Returns.__struct_fields__)


async def test_neighbours_see_and_change_nothing(shop: Shop, neighbour: Shop) -> None:
    lead, other = await shop.signed_in("lead"), await neighbour.signed_in("owner")
    terms = msgspec.to_builtins(make_terms())
    draft = body_of(await lead.put("/api/v1/policies/draft", json={"terms": terms}))
    assert (await other.get(f"/api/v1/policies/{draft['id']}")).status_code == 404
    assert (await other.post(f"/api/v1/policies/{draft['id']}/publish")).status_code == 404
    assert body_of(await other.get("/api/v1/policies"))["items"] == []


@pytest.mark.parametrize("page", ["shipping", "returns"])
async def test_the_pages_are_public_and_need_no_script(shop: Shop, store_id: UUID, page: str) -> None:
    lead = await shop.signed_in("lead")
    terms = build_terms()
    hostile = "</script><script>alert(1)</script>"
    terms.shipping[0].name = {"en": hostile}
    draft = body_of(await lead.put("/api/v1/policies/draft", json={"terms": msgspec.to_builtins(terms)}))
    await lead.post(f"/api/v1/policies/{draft['id']}/publish")
    outside = shop.client()
    shown = await outside.get(f"/policies/{store_id}/{page}?country=GB&day=2026-11-23&line=PO+Box+1")
    assert shown.status_code == 200, shown.text
    assert "script-src" not in shown.headers["content-security-policy"]
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert hostile not in shown.text
    assert shown.text.count("<script") == 1
    assert 'lang="en"' in shown.text
    assert "noindex" not in shown.text
    foreign = await outside.get(f"/policies/{store_id}/{page}?language=pt-BR")
    assert 'lang="pt-BR"' in foreign.text
    assert (await outside.get(f"/policies/{store_id}/secrets")).status_code == 404
    assert (await outside.get(f"/policies/nowhere/{page}")).status_code == 404
