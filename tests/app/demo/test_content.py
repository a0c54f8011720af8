"""The demo store's content is whole, and the lint that says so can say no."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from parley.app.demo.check import is_plausible, list_problems
from parley.app.demo.content import (
    Attachment,
    Content,
    Conversation,
    Message,
    Rating,
    get_moment,
    load_content,
    read_attachment,
)
from parley.app.demo.orders import build_past_order
from parley.app.demo.people import load_customers

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LANGUAGES = {"en", "pt-BR", "es", "de", "fr", "it", "sl", "ko", "zh-CN", "ja", "ar"}


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content()


def test_the_content_has_no_problems(content: Content) -> None:
    assert list_problems(content) == []


def test_there_is_enough_of_it(content: Content) -> None:
    spoken = Counter(conversation.language for conversation in content.conversations)
    assert len(content.catalogue.products) == 24
    assert len(content.orders) == 62
    assert len(content.people.customers) >= 40
    assert (len(content.people.agents), len(content.people.teams)) == (6, 3)
    assert spoken.total() >= 70
    assert set(spoken) == LANGUAGES
    assert 0.4 <= spoken["en"] / spoken.total() <= 0.55


def test_the_inbox_looks_alive(content: Content) -> None:
    newest = sorted(-conversation.messages[-1].at for conversation in content.conversations)
    assert newest[0] < 10
    assert sum(age < 60 for age in newest) >= 10
    assert sum(age < 24 * 60 for age in newest) >= 25
    assert newest[-1] > 50 * 24 * 60
    assert {conversation.status for conversation in content.conversations} == {
        "open",
        "snoozed",
        "closed",
        "spam",
    }
    assert all(
        2 <= len(conversation.messages) <= 9 or conversation.unanswered
        for conversation in content.conversations
    )


def test_every_tag_and_agent_is_in_use(content: Content) -> None:
    used = {tag for conversation in content.conversations for tag in conversation.tags}
    writing = {message.by for conversation in content.conversations for message in conversation.messages}
    assert {tag.key for tag in content.people.tags} == used
    assert {agent.key for agent in content.people.agents} <= writing


def test_attachments_are_pictures(content: Content) -> None:
    files = [
        attachment
        for conversation in content.conversations
        for message in conversation.messages
        for attachment in message.attachments
    ]
    assert len(files) >= 3
    assert all(read_attachment(attachment).startswith(b"\xff\xd8\xff") for attachment in files)
    with pytest.raises(FileNotFoundError):
        read_attachment(Attachment("../ko.json", "ko.json"))


def test_offsets_become_moments() -> None:
    assert get_moment(-90, NOW) == datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_unknown_fields_and_future_messages_are_refused() -> None:
    good = {"key": "a", "channel": "chat", "language": "en", "status": "open"}
    message: dict[str, Any] = {"at": -1, "by": "customer", "text": "hi"}
    assert msgspec.convert({**good, "messages": [message]}, Conversation).priority == "normal"
    for bad in (
        {**good, "messages": []},
        {**good, "messages": [message], "colour": "red"},
        {**good, "messages": [{**message, "at": 1}]},
        {**good, "messages": [{**message, "text": ""}]},
        {**good, "key": "Not A Key", "messages": [message]},
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(bad, Conversation)


def change_message(position: int, **values: Any) -> Callable[[Conversation], Conversation]:
    """A damage done to one message."""

    def damage(conversation: Conversation) -> Conversation:
        messages = list(conversation.messages)
        messages[position] = replace(messages[position], **values)
        return replace(conversation, messages=tuple(messages))

    return damage


def change(**values: Any) -> Callable[[Conversation], Conversation]:
    """A damage done to a conversation."""
    return lambda conversation: replace(conversation, **values)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (change(customer="nobody"), "unknown customer"),
        (change(team="sales"), "unknown team"),
        (change(assignee="nobody"), "unknown assignee"),
        (change(team="returns", assignee="ben"), "ben is not in team returns"),
        (change(tags=("nonsense",)), "unknown ['nonsense']"),
        (change(products=("flying-carpet",)), "unknown ['flying-carpet']"),
        (change(orders=("AP-1094",)), "AP-1094 is not an order of emma-hughes"),
        (change(orders=()), "AP-1093 is mentioned but not listed"),
        (change(subject="Hello"), "an e-mail has a subject, a chat has none"),
        (change(status="snoozed"), "only what is snoozed comes back"),
        (change(rating=Rating(5, 0)), "only a closed conversation is rated"),
        (change(team=None, assignee=None), "an open conversation has a team"),
        (change(status="spam"), "spam is tagged"),
        (change(unanswered=True), "answered and marked as unanswered"),
        (change(language="de"), "does not look like de"),
        (change(language="ko"), "does not look like ko"),
        (change(key="callum-boots-one-size-up"), "twice: callum-boots-one-size-up"),
        (change_message(0, by="ben"), "does not begin with the customer"),
        (change_message(0, at=-1), "messages out of order"),
        (change_message(0, at=-100 * 24 * 60), "mentioned before it was placed"),
        (change_message(1, by="somebody"), "unknown ['somebody']"),
        (change_message(1, text=" hello"), "stray white space"),
        (change_message(1, note=True), "a customer wrote a note"),
        (change_message(2, text="@Maya look"), "mentions ['maya'] but lists []"),
        (change_message(1, text="write to me at emma@gmail.com"), "e-mail domain gmail.com looks real"),
        (change_message(1, attachments=(Attachment("none.jpg", "a.jpg"),)), "unknown ['none.jpg']"),
    ],
)
def test_the_lint_finds(
    damage: Callable[[Conversation], Conversation], complaint: str, content: Content
) -> None:
    index = next(
        index
        for index, conversation in enumerate(content.conversations)
        if conversation.key == "emma-where-is-my-parcel"
    )
    conversations = list(content.conversations)
    conversations[index] = damage(conversations[index])
    problems = list_problems(replace(content, conversations=tuple(conversations)))
    assert any(complaint in problem for problem in problems), problems


def test_the_lint_finds_a_text_used_twice(content: Content) -> None:
    first = content.conversations[0]
    copy = replace(first, key="copy", messages=(Message(at=-3, by="customer", text=first.messages[0].text),))
    problems = list_problems(replace(content, conversations=(*content.conversations, copy)))
    assert any(problem.startswith("twice: ") for problem in problems)


def test_the_lint_finds_wrong_people_and_orders(content: Content) -> None:
    somebody = content.people.customers[0]
    people = replace(
        content.people,
        customers=[
            *content.people.customers,
            replace(somebody, email="emma@hotmail.com", time_zone="Europe/Atlantis"),
        ],
    )
    problems = list_problems(replace(content, people=people))
    assert any("is there twice" in problem for problem in problems)
    assert any("not on a reserved domain" in problem for problem in problems)
    assert any("lives nowhere" in problem for problem in problems)
    last = content.orders[-1]
    for damaged, complaint in (
        (replace(last, placed=9999.0), "numbers do not rise"),
        (replace(last, tracking="1ZAP0"), "tracking number without shipment"),
        (replace(last, refunded=10**9), "refund does not add up"),
        (replace(last, code="FREE"), "unknown code"),
        (replace(last, shipping="owl"), "unknown customer, variant"),
    ):
        found = list_problems(replace(content, orders=(*content.orders[:-1], damaged)))
        assert any(complaint in problem for problem in found), complaint


def test_the_lint_finds_wrong_automation(content: Content) -> None:
    told = content.automation
    for damaged, complaint in (
        (replace(told, capacities={"nobody": 1}), "unknown ['nobody']"),
        (replace(told, rules=[replace(told.rules[0], team="kitchen")]), "unknown ['kitchen']"),
        (replace(told, hours=replace(told.hours, time_zone="Europe/Atlantis")), "is open nowhere"),
        (replace(told, rules=[*told.rules[:-1], replace(told.rules[-1], enabled=True)]), "switched off"),
        (replace(told, queued="tyler-rain-shell-lost"), "cannot wait for an agent"),
        (replace(told, skills=[]), "would not stay in the queue"),
    ):
        problems = list_problems(replace(content, automation=damaged))
        assert any(complaint in problem for problem in problems), complaint
    calm = tuple(one for one in content.conversations if "furious" not in one.tags)
    problems = list_problems(replace(content, conversations=calm))
    assert any("there are no alerts" in problem for problem in problems)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my order, and can you change the size?", "en"),
        ("Onde está o meu pedido? Não chegou e já faz uma semana", "pt-BR"),
        ("¿Dónde está mi pedido? Aún no ha llegado y es para el lunes", "es"),
        ("Wo ist meine Bestellung? Die Jacke ist noch nicht da", "de"),
        ("주문한 재킷은 언제 오나요", "ko"),
        ("我的订单什么时候到", "zh-CN"),
        ("注文した靴はいつ届きますか", "ja"),
        ("أين طلبي", "ar"),
    ],
)
def test_a_text_is_plausible_in_its_own_language_only(text: str, language: str) -> None:
    assert [known for known in LANGUAGES if is_plausible(text, known)] == [language]


def test_the_same_moment_gives_the_same_orders(content: Content) -> None:
    customers = load_customers()
    for past in content.orders:
        order = build_past_order(past, customers[past.customer], content.catalogue, NOW)
        assert order == build_past_order(past, customers[past.customer], content.catalogue, NOW)
        assert order.placed_at < NOW
        assert order.subtotal == sum(line.unit_price * line.quantity for line in order.lines)
        assert order.total == order.subtotal - order.discount + order.shipping
        assert (order.currency == "BRL") == (customers[past.customer].country == "BR")
