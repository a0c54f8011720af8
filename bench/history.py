"""Two years of a shop's conversations, event by event in the order of time, as rows. Pure."""

import heapq
import html
import math
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from bench.cast import Cast
from bench.rows import Rows
from bench.talk import Person, Sample, Talk
from bench.texts import Writer
from parley.conversations.actions.indexing import build_tokens
from parley.customers.identify import avatar_colour
from parley.facts.conversations import (
    ConversationAssigned,
    ConversationClosed,
    ConversationOpened,
    ConversationTagged,
    MessagePosted,
    MessageReceived,
    NoteAdded,
    ThreadStarted,
)
from parley.kit.log.fact import Fact, lane_of

YEARS = timedelta(days=730)
SAMPLES = 400
# Conversations between two answers of `tell`.
STEP = 1_000
# Messages of a conversation → weight; three on average.
LENGTHS = {1: 20, 2: 27, 3: 22, 4: 14, 5: 8, 6: 5, 8: 2, 10: 2}
# Shares of conversations that nobody closed, so that the views of a small shop fill a page too.
FORGOTTEN = 0.09
SNOOZED = 0.015


class History:
    """Tells `size` conversations that end at `now`; `rows` takes them down."""

    def __init__(self, cast: Cast, size: int, now: datetime, rows: Rows, seed: int = 1) -> None:
        self._cast = cast
        self._rows = rows
        self._size = size
        self._now = now
        self._random = random.Random(seed)
        self._writer = Writer(self._random)
        self._people: list[Person] = []
        self._ahead: list[tuple[datetime, int, Talk, str]] = []
        self._count = 0
        self.samples: list[Sample] = []
        self.messages = 0

    def tell(self) -> Iterator[int]:
        """Goes through the two years; gives the number of conversations opened so far, now and then."""
        for number in range(1, self._size + 1):
            # The shop grows: the square root puts three quarters of all conversations into the second half.
            share = math.sqrt((number - 0.5) / self._size)
            opened = self._now - YEARS + YEARS * share
            self._advance(opened)
            self._open(number, opened)
            if number % STEP == 0 and number < self._size:
                yield number
        self._advance(self._now)
        for _, _, talk, _ in self._ahead:
            if talk.left >= 0:
                talk.left = -1
                self._finish(talk)
        yield self._size

    def _advance(self, until: datetime) -> None:
        while self._ahead and self._ahead[0][0] <= until:
            at, _, talk, what = heapq.heappop(self._ahead)
            talk.at = at
            if what == "close":
                self._close(talk)
            else:
                self._say(talk, what)

    def _plan(self, talk: Talk, at: datetime, what: str) -> None:
        self._count += 1
        heapq.heappush(self._ahead, (at, self._count, talk, what))

    def _id(self, at: datetime) -> UUID:
        ms = int(at.timestamp() * 1000)
        tail = self._random.getrandbits(74)
        return UUID(int=(ms << 80) | (7 << 76) | ((tail >> 62) << 64) | (2 << 62) | (tail & ((1 << 62) - 1)))

    def _fact(self, talk: Talk, fact: Fact, actor: str, actor_id: UUID | None) -> None:
        data = msgspec.json.encode(fact).decode()
        self._rows.add(
            "facts", 1, self._id(talk.at), type(fact).__name__, talk.at, lane_of(talk.id), talk.id, actor, actor_id,
            data,
        )  # fmt: skip

    def _person(self, at: datetime) -> Person:
        chance = self._random.random()
        if self._people and chance > 0.55:
            return self._people[int(self._random.random() ** 0.7 * len(self._people))]
        name = self._writer.write_name()
        customer, identity, name_id = self._id(at), self._id(at), self._id(at)
        email = f"{name.lower().replace(' ', '.')}.{len(self._people)}@mail.example"
        person = Person(customer, identity, name, email, self._writer.choose_language())
        self._people.append(person)
        self._rows.add("personal_values", name_id, "customer", customer, "name", name, at)
        self._rows.add("customers", customer, name_id, person.language, None, avatar_colour(customer), at, at)
        self._rows.add("identities", identity, customer, "email", email, email, "t", "wrote_mail", at, at)
        return person

    def _open(self, number: int, at: datetime) -> None:
        pick = self._random
        spam = pick.random() < 0.02
        assigned = pick.random() < 0.85 and not spam
        talk = Talk(
            id=self._id(at),
            thread=self._id(at),
            number=number,
            customer=self._person(at),
            opened=at,
            at=at,
            chat=pick.random() < 0.55,
            spam=spam,
            order=f"AP-{100_000 + number}" if pick.random() < 0.6 else None,
            team=self._cast.teams[int(pick.random() ** 2 * len(self._cast.teams))],
            agent=self._cast.agents[int(pick.random() ** 1.5 * len(self._cast.agents))] if assigned else None,
            tags=pick.sample(self._cast.tags, k=int(pick.random() ** 2 * 4)),
            left=pick.choices(list(LENGTHS), list(LENGTHS.values()))[0],
        )
        if not talk.chat:
            talk.subject, talk.subject_id = self._writer.write_subject(talk.customer.language), self._id(at)
            self._rows.add(
                "personal_values", talk.subject_id, "conversation", talk.id, "subject", talk.subject, at
            )
        self._tell_opening(talk)
        self._say(talk, "in")

    def _tell_opening(self, talk: Talk) -> None:
        channel, kind = self._channel(talk)
        customer = talk.customer.id
        fields = {
            "number": talk.number, "customer_id": customer, "channel_id": channel, "channel_kind": kind,
            "brand_id": None, "subject_value_id": talk.subject_id, "status": "spam" if talk.spam else "open",
            "priority": 1, "assignee_id": None, "team_id": None, "language": talk.customer.language,
            "last_message_at": talk.at, "created_at": talk.at,
        }  # fmt: skip
        self._fact(
            talk,
            ConversationOpened(
                conversation_id=talk.id,
                customer_id=customer,
                channel_id=channel,
                channel_kind=kind,
                fields=fields,
            ),
            "customer",
            customer,
        )
        self._fact(
            talk,
            ThreadStarted(
                conversation_id=talk.id, thread_id=talk.thread, channel_id=channel, channel_kind=kind
            ),
            "customer",
            customer,
        )

    def _channel(self, talk: Talk) -> tuple[UUID, str]:
        return (self._cast.chat, "chat") if talk.chat else (self._cast.email, "email")

    def _gap(self, talk: Talk) -> timedelta:
        # Minutes in a chat, hours by e-mail, now and then days.
        return timedelta(minutes=self._random.lognormvariate(1.0 if talk.chat else 5.0, 1.4))

    def _say(self, talk: Talk, what: str) -> None:
        message, channel_kind = self._id(talk.at), self._channel(talk)
        before = {"message_count": talk.messages, "last_message_id": talk.last, "waiting_since": talk.waiting}
        text = self._writer.write(talk.customer.language, talk.order if self._random.random() < 0.5 else None)
        if len(self.samples) < SAMPLES and self._random.random() < SAMPLES * 2 / self._size:
            self.samples.append(Sample(talk.customer.language, text, talk.order))
        author_kind, author = ("customer", talk.customer.id) if what == "in" else ("agent", talk.agent)
        self._move(talk, message, what)
        after = {"message_count": talk.messages, "last_message_id": talk.last, "waiting_since": talk.waiting}
        self._store(talk, message, what, text, author_kind, author)
        self._tell_message(talk, message, what, before, after)
        if talk.messages == 1 and talk.agent is not None:
            changes: dict[str, object] = {"assignee_id": talk.agent, "team_id": talk.team}
            none: dict[str, object] = dict.fromkeys(changes)
            self._fact(
                talk,
                ConversationAssigned(conversation_id=talk.id, changes=changes, previous=none),
                "system",
                None,
            )
        if talk.messages == 1 and talk.tags:
            self._fact(
                talk, ConversationTagged(conversation_id=talk.id, tag_ids=talk.tags), "agent", talk.agent
            )
            for tag in talk.tags:
                self._rows.add("conversation_tags", talk.id, tag, talk.at)
        self._go_on(talk, what, channel_kind[1])

    def _move(self, talk: Talk, message: UUID, what: str) -> None:
        talk.messages += 1
        talk.left -= 1
        if what != "note":
            talk.last = message
        if what == "in":
            talk.incoming = message
            if not talk.spam:
                talk.waiting = talk.waiting or talk.at
        elif what == "out":
            talk.waiting = None
            talk.first_reply = talk.first_reply or talk.at

    def _go_on(self, talk: Talk, what: str, kind: str) -> None:
        chance = self._random.random()
        if talk.spam:
            talk.left = -1
            self._finish(talk)
        elif talk.left > 0:
            answered = "out" if chance < 0.8 and talk.agent else "in"
            following = ("note" if chance < 0.1 and talk.agent else answered) if what == "in" else "in"
            self._plan(talk, talk.at + self._gap(talk), following)
        elif chance > FORGOTTEN:
            self._plan(talk, talk.at + self._gap(talk) * (20 if kind == "chat" else 8), "close")
        else:
            # Some of these sleep until next week.
            if chance < SNOOZED:
                talk.snoozed = self._now + timedelta(days=7 * self._random.random())
            talk.left = -1
            self._finish(talk)

    def _store(
        self, talk: Talk, message: UUID, what: str, text: str, author_kind: str, author: UUID | None
    ) -> None:
        channel, kind = self._channel(talk)
        envelope: dict[str, Any] | None = None
        if not talk.chat and what != "note":
            person = [{"name": talk.customer.name, "address": talk.customer.email}]
            envelope = {"from": person} if what == "in" else {"to": person}
        note = what == "note"
        encoded = None if envelope is None else msgspec.json.encode(envelope).decode()
        self._rows.add(
            "messages", message, talk.id, None if note else talk.thread, None if note else channel,
            "note" if note else kind, "note" if note else "message",
            {"in": "in", "out": "out"}.get(what, "internal"), author_kind, author,
            None if note else f"<{message.hex}@shop.example>", f"<p>{html.escape(text, quote=False)}</p>", text,
            encoded, "received" if what == "in" else "sent", talk.at,
        )  # fmt: skip
        named = f"{talk.customer.name} {talk.customer.email}" if what == "in" else "Agent agent@shop.example"
        row = {
            "id": message, "kind": "note" if note else "message", "direction": what, "author_id": author,
            "channel_id": channel, "channel_kind": kind, "text": text, "envelope": envelope, "subject": talk.subject,
            "author": named, "files": None,
        }  # fmt: skip
        tokens = " ".join(f"'{token}'" for token in build_tokens(self._cast.workspace_id, row))
        self._rows.add("search_documents", message, talk.id, tokens)
        self.messages += 1

    def _tell_message(
        self, talk: Talk, message: UUID, what: str, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        channel, kind = self._channel(talk)
        told: dict[str, Any] = {"conversation_id": talk.id, "message_id": message}
        moved: dict[str, Any] = {"changes": after, "previous": before}
        place: dict[str, Any] = {"thread_id": talk.thread, "channel_id": channel, "channel_kind": kind}
        if what == "in":
            customer = talk.customer.id
            fact: Fact = MessageReceived(**told, **place, customer_id=customer, **moved)
            self._fact(talk, fact, "customer", customer)
        elif what == "out":
            self._fact(
                talk,
                MessagePosted(**told, **place, author_kind="agent", author_id=talk.agent, **moved),
                "agent",
                talk.agent,
            )
        else:
            self._fact(
                talk,
                NoteAdded(**told, author_kind="agent", author_id=talk.agent, **moved),
                "agent",
                talk.agent,
            )

    def _close(self, talk: Talk) -> None:
        talk.left = -1
        talk.closed, talk.waiting = talk.at, None
        talk.rating = self._random.choice((1, 3, 4, 5, 5)) if self._random.random() < 0.15 else None
        self._fact(
            talk,
            ConversationClosed(
                conversation_id=talk.id, changes={"status": "closed"}, previous={"status": "open"}
            ),
            "agent",
            talk.agent,
        )
        self._finish(talk)

    def _finish(self, talk: Talk) -> None:
        channel, kind = self._channel(talk)
        status = "spam" if talk.spam else "closed" if talk.closed else "snoozed" if talk.snoozed else "open"
        priority = 1 if self._random.random() < 0.85 else self._random.choice((0, 2, 3))
        self._rows.add(
            "conversations", talk.id, talk.number, talk.customer.id, channel, kind, talk.subject_id, status,
            priority, talk.agent, talk.team if talk.agent else None, talk.customer.language,
            talk.snoozed, None if talk.snoozed else talk.waiting, talk.last, talk.at if talk.closed is None else
            talk.closed, talk.incoming, talk.first_reply, talk.closed, talk.messages, talk.rating,
            talk.messages + 2, talk.opened,
        )  # fmt: skip
        self._rows.add(
            "threads", talk.thread, talk.id, channel, kind, talk.customer.identity, f"bench:{talk.id.hex}",
            talk.thread.hex, talk.opened, talk.at,
        )  # fmt: skip
        if talk.agent is not None and self._random.random() < 0.8:
            self._rows.add("read_marks", talk.agent, talk.id, talk.last, talk.at)


def start_of_today() -> datetime:
    """Gives the moment at which a history ends."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
