"""Our Shopify operations, what we send with them, and what the fake answers, against the official schemas."""

import gzip
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from graphql import (
    GraphQLAbstractType,
    GraphQLInputObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    build_client_schema,
    execute_sync,
    get_named_type,
    parse,
    specified_rules,
    type_from_ast,
    validate,
)
from graphql.execution.values import get_variable_values

from parley.commerce.connectors.shopify import CONNECTOR, backfill
from parley.commerce.connectors.shopify.client import FOLDER
from parley.commerce.connectors.shopify.hooks import SUBSCRIPTION_TOPICS, TOPICS
from parley.commerce.connectors.shopify.mapping import read_time
from parley.commerce.connectors.shopify.orders import (
    _FULFILMENTS,
    _PAYMENTS,
    _RETURNS,
    _SHIPMENTS,
    _VOID,
)
from parley.commerce.connectors.shopify.tests.conftest import Store, TestLink
from parley.commerce.connectors.shopify.tests.test_acts import INTENTS, send_all
from parley.commerce.connectors.shopify.tests.test_reading import full_order, large_goods, large_order
from parley.commerce.connectors.shopify.tests.test_subscriptions import INTENTS as SUBSCRIPTION_INTENTS
from parley.commerce.intents import (
    ChangeAddress,
    CreateDiscount,
    DuplicateOrder,
    EditOrder,
    NewLine,
    OpenReturn,
    RefundOrder,
    ResumeSubscription,
)
from parley.commerce.model import Address, Kind, Pieces
from parley.kit.failures import Failure
from tests.support.fakes.shopify import fill, new_order, shopify
from tests.support.fakes.shopify_graphql import type_name_of
from tests.support.fakes.shopify_state import Line

pytestmark = pytest.mark.contracts
VERSIONS = ("2026-01", "2026-07", "2026-10")
OPERATIONS = sorted(FOLDER.glob("*.graphql"))
SHIRT = "gid://shopify/LineItem/10011"
# A region known only by its name has no other field; see `write_address`.
DEPRECATED_INPUTS = {"province"}


@cache
def load_schema(folder: Path, version: str) -> GraphQLSchema:
    """The schema of a version; its scalars check what they are given."""
    packed = (folder / "shopify" / f"admin_{version}.json.gz").read_bytes()
    found = msgspec.json.decode(gzip.decompress(packed))
    schema = build_client_schema(found.get("data", found), assume_valid=True)
    for name, check in SCALARS.items():
        scalar = cast(GraphQLScalarType, schema.type_map[name])
        for attribute in ("coerce_output_value", "coerce_input_value"):
            setattr(scalar, attribute, check)
    return schema


def _text_checked(check: Callable[[str], object]) -> Callable[[Any], Any]:
    def checked(value: Any) -> Any:
        if not isinstance(value, str):
            raise TypeError(f"not a text: {value!r}")
        check(value)
        return value

    return checked


def _url(text: str) -> None:
    if not text.startswith(("https://", "http://")):
        raise ValueError(f"not an address: {text}")


SCALARS = {
    "DateTime": _text_checked(read_time),
    "Decimal": _text_checked(float),
    "Money": _text_checked(float),
    "UnsignedInt64": _text_checked(int),
    "URL": _text_checked(_url),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_every_operation_is_valid_and_uses_nothing_that_goes_away(
    contracts: Path, path: Path, version: str
) -> None:
    document = parse(path.read_text(encoding="utf-8"))
    rules = [*specified_rules, NoDeprecatedCustomRule]
    assert validate(load_schema(contracts, version), document, rules) == []
    names = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    assert len(names) == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_every_word_of_ours_is_one_of_theirs(contracts: Path, version: str) -> None:
    types: Any = load_schema(contracts, version).type_map
    assert {*TOPICS, *SUBSCRIPTION_TOPICS} <= set(types["WebhookSubscriptionTopic"].values)
    assert set(_PAYMENTS) == set(types["OrderDisplayFinancialStatus"].values)
    assert set(_RETURNS) == set(types["ReturnStatus"].values)
    assert set(_SHIPMENTS) < set(types["FulfillmentDisplayStatus"].values)
    assert set(_VOID) < set(types["FulfillmentStatus"].values)
    newer = {"FULFILLMENT_NOT_REQUIRED"}
    assert set(_FULFILMENTS) - newer < set(types["OrderDisplayFulfillmentStatus"].values)


class Judge:
    """Holds every exchange between the connector and the fake against a schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.seen: set[str] = set()

    def __call__(self, _version: str, text: str, variables: dict[str, Any], data: dict[str, Any]) -> None:
        """Raises when a variable or an answer is not as the schema has it."""
        document = parse(text)
        operation = next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))
        for definition in operation.variable_definitions or ():
            found = type_from_ast(self.schema, definition.type)
            old = _find_deprecated(found, variables.get(definition.variable.name.value))
            assert old <= DEPRECATED_INPUTS
        given = get_variable_values(self.schema, operation.variable_definitions or (), variables)
        assert not isinstance(given, list), [error.message for error in given]
        answer = execute_sync(
            self.schema, document, root_value=data, variable_values=variables, type_resolver=_resolve_type
        )
        assert not answer.errors, (operation.name, [error.message for error in answer.errors or ()])
        assert answer.data == data
        self.seen.add(operation.name.value if operation.name else "")


def _find_deprecated(kind: Any, value: Any) -> set[str]:
    """The deprecated input fields that a variable uses."""
    kind = get_named_type(kind)
    if isinstance(value, list):
        return {name for one in value for name in _find_deprecated(kind, one)}
    if not isinstance(value, dict) or not isinstance(kind, GraphQLInputObjectType):
        return set()
    old = {name for name in value if kind.fields[name].deprecation_reason}
    return old.union(*(_find_deprecated(kind.fields[name].type, one) for name, one in value.items()))


def test_a_judge_is_not_lenient(contracts: Path) -> None:
    judge = Judge(load_schema(contracts, "2026-07"))
    job, shop = "query J($id: ID!) { job(id: $id) { id done } }", "query { shop { currencyCode url } }"
    judge("", job, {"id": "x"}, {"job": {"id": "x", "done": True}})
    judge("", shop, {}, {"shop": {"currencyCode": "EUR", "url": "https://a.example"}})
    for text, variables, data in (
        (job, {}, {"job": None}),
        (job, {"id": ["x"]}, {"job": None}),
        (job, {"id": "x"}, {"job": {"id": "x", "done": None}}),
        (job, {"id": "x"}, {"job": {"id": "x", "done": True, "more": 1}}),
        (shop, {}, {"shop": {"currencyCode": "Euro", "url": "https://a.example"}}),
        (shop, {}, {"shop": {"currencyCode": "EUR", "url": "a.example"}}),
    ):
        with pytest.raises(AssertionError):
            judge("", text, variables, data)


def _resolve_type(value: Any, _info: GraphQLResolveInfo[Any], abstract: GraphQLAbstractType) -> str:
    # Where neither the id nor the type was asked for, any type that is one will do.
    return type_name_of(value) or {"Media": "MediaImage"}[abstract.name]


@pytest.fixture(params=VERSIONS)
async def judged(
    request: pytest.FixtureRequest, contracts: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Store, Judge]]:
    """A fake whose every answer is judged, in each version."""
    monkeypatch.setattr(backfill, "POLLS", (0.0,))
    judge = Judge(load_schema(contracts, request.param))
    async with shopify() as fake:
        link = TestLink(patience=20)
        store = Store(fake, link)
        store.settings.api_version = request.param
        store.orders = fill(fake)
        failures: list[BaseException] = []

        def watch(*exchange: Any) -> None:
            try:
                judge(*exchange)
            except BaseException as failure:
                failures.append(failure)
                raise

        fake.observers.append(watch)
        try:
            yield store, judge
        finally:
            await link.http.close()
        assert not failures, failures[0]


async def test_all_that_is_sent_and_answered_fits(judged: tuple[Store, Judge]) -> None:
    store, judge = judged
    await _read_everything(store)
    for act, intent in INTENTS.items():
        if act not in {"return", "cancel", "edit"}:
            await _do(store, intent)
    send_all(store)
    await _do(store, INTENTS["return"])
    for extra in (
        RefundOrder(amount=600, pieces=[Pieces(SHIRT, 1)], shipping=100, restock=True, note="x"),
        RefundOrder(amount=100, destination="store_credit"),
        RefundOrder(amount=50),
        DuplicateOrder(free=False, lines=[NewLine("gid://shopify/ProductVariant/11", 1)]),
        ChangeAddress(address=Address(name="A B", region="São Paulo", postcode="1", country="BR")),
        CreateDiscount(code="A", amount=500, least_subtotal=100, ends_at=datetime(2027, 1, 1, tzinfo=UTC)),
        CreateDiscount(code="F", free_shipping=True, uses=None),
        OpenReturn(
            pieces=[Pieces(SHIRT, 1)], exchange=[NewLine("gid://shopify/ProductVariant/12", 1)], note="y"
        ),
    ):
        await _do(store, extra)
    for subscription_intent, _ in SUBSCRIPTION_INTENTS:
        await _do_contract(store, subscription_intent)
        await _do_contract(store, ResumeSubscription())
    store.orders.append(new_order(store.fake, 1400, lines=[_line(at) for at in range(60)]))
    line, variant = "gid://shopify/LineItem/14000", "gid://shopify/ProductVariant/13"
    edit = EditOrder(quantities=[Pieces(line, 0)], add=[NewLine(variant, 1)], note="z")
    await _do(store, edit, at=-1)
    await _cancel(store)
    names = {path.stem.replace("_", "") for path in OPERATIONS}
    assert names == {name.lower() for name in judge.seen}


async def _read_everything(store: Store) -> None:
    """Reads and describes everything, small pages included."""
    kinds: tuple[Kind, ...] = ("order", "product", "customer", "subscription")
    full_order(store)
    large_order(store)
    large_goods(store)
    for kind in kinds:
        for since in (None, datetime(2020, 1, 1, tzinfo=UTC)):
            pages = CONNECTOR.pages(store.link, store.settings, kind, position=None, since=since)
            assert [page async for page in pages]
    await CONNECTOR.describe(store.link, store.settings)
    assert [step async for step in CONNECTOR.test(store.link, store.settings)]
    await CONNECTOR.subscribe(store.link, store.settings)
    await CONNECTOR.unsubscribe(store.link, store.settings)


def _line(at: int) -> Line:
    return Line(number=14000 + at, variant=11, quantity=1, price=100)


async def _do(store: Store, intent: Any, at: int = 0) -> None:
    target = await store.order(at)
    await CONNECTOR.quote(store.link, store.settings, intent, target)
    step = await store.step(intent, target)
    key = f"key-{len(store.fake.asked)}"
    await store.find(step, key)
    await store.perform(step, key)
    assert await store.find(step, key) is not None


async def _do_contract(store: Store, intent: Any) -> None:
    step = await store.step(intent, await store.contract())
    try:
        await store.perform(step)
    except Failure:
        assert isinstance(intent, ResumeSubscription)


async def _cancel(store: Store) -> None:
    store.fake.acts.jobs_wait = True
    store.orders.append(new_order(store.fake, 1500))
    step = await store.step(INTENTS["cancel"], await store.order(-1))
    await store.perform(step)
    await store.find(step)
    store.fake.acts.finish_jobs()
    assert await store.find(step) is not None
