"""The past conversations of the demo store, loaded from `conversations/*.json` and validated.

Each file is `{"conversations": [...]}`; files are read in the order of their names. One conversation:

| field | meaning |
|---|---|
| `key` | unique name, stable over releases |
| `channel` | `"chat"` or `"email"` |
| `language` | BCP 47 language the customer writes in |
| `customer` | key from `people.json`; missing for an anonymous visitor (chat) or a stranger (e-mail) |
| `sender` | `{name, email}` of a stranger; only for e-mail without `customer` |
| `subject` | e-mail only, always there |
| `status` | `"open"`, `"snoozed"`, `"closed"` or `"spam"` |
| `snoozed_for` | minutes from now until it comes back; exactly when `status` is `"snoozed"` |
| `priority` | `"low"`, `"normal"` (default), `"high"` or `"urgent"` |
| `team`, `assignee` | keys from `people.json`; an assignee belongs to the team |
| `tags` | tag keys from `people.json` |
| `orders` | numbers from `orders.json`; they belong to the customer |
| `products` | handles from `catalogue.json` |
| `page` | chat: path of the shop page where it began, without the mount path |
| `unanswered` | true when no agent has replied yet (notes do not count) |
| `rating` | `{score, at, comment?}` of a closed conversation, score 1 to 5 |
| `messages` | oldest first, at least one, the first by the customer |

One message: `at` (minutes relative to now, zero or negative), `by` (`"customer"` or an agent's key), `text`
(plain text, blank lines between paragraphs), `note` (true for an internal note), `mentions` (agents mentioned in
a note as `@Name`), `attachments` (`{file, name}`: a file in `conversations/files/` and the name it was sent under).
"""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from parley.app.demo.catalogue import Catalogue, load_catalogue
from parley.app.demo.orders import PastOrder, load_past_orders
from parley.app.demo.people import People, load_people
from parley.app.demo.standing import Automation, load_automation

FOLDER = Path(__file__).parent / "conversations"

type_key = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
type_text = Annotated[str, Meta(min_length=1)]
type_past = Annotated[int, Meta(le=0)]


class Attachment(Struct, frozen=True, forbid_unknown_fields=True):
    """A file in `conversations/files/` and the name it was sent under."""

    file: str
    name: str


class Message(Struct, frozen=True, forbid_unknown_fields=True):
    """A message or a note, `at` minutes relative to now."""

    at: type_past
    by: str
    text: type_text
    note: bool = False
    mentions: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def is_reply(self) -> bool:
        """Whether an agent said this to the customer."""
        return self.by != "customer" and not self.note


class Rating(Struct, frozen=True, forbid_unknown_fields=True):
    """What the customer thought of the help, `at` minutes relative to now."""

    score: Annotated[int, Meta(ge=1, le=5)]
    at: type_past
    comment: str | None = None


class Sender(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who is not a customer."""

    name: str
    email: str


class Conversation(Struct, frozen=True, forbid_unknown_fields=True):
    """A past conversation; see the table at the top."""

    key: type_key
    channel: Literal["chat", "email"]
    language: str
    status: Literal["open", "snoozed", "closed", "spam"]
    messages: Annotated[tuple[Message, ...], Meta(min_length=1)]
    customer: str | None = None
    sender: Sender | None = None
    subject: str | None = None
    snoozed_for: Annotated[int, Meta(gt=0)] | None = None
    priority: Literal["low", "normal", "high", "urgent"] = "normal"
    team: str | None = None
    assignee: str | None = None
    tags: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    page: str | None = None
    unanswered: bool = False
    rating: Rating | None = None


class ConversationsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of one file in `conversations/`."""

    conversations: tuple[Conversation, ...]


class Content(Struct, frozen=True):
    """Everything the demo store is filled with."""

    catalogue: Catalogue
    people: People
    orders: tuple[PastOrder, ...]
    conversations: tuple[Conversation, ...]
    automation: Automation


@cache
def load_conversations() -> tuple[Conversation, ...]:
    """Read every file in `conversations/`; raises msgspec.ValidationError when one is malformed."""
    files = [
        msgspec.json.decode(path.read_bytes(), type=ConversationsFile)
        for path in sorted(FOLDER.glob("*.json"))
    ]
    return tuple(conversation for file in files for conversation in file.conversations)


def load_content() -> Content:
    """Everything at once; raises msgspec.ValidationError or ValueError when a file is malformed."""
    return Content(
        load_catalogue(), load_people(), load_past_orders(), load_conversations(), load_automation()
    )


def get_moment(minutes: int, now: datetime) -> datetime:
    """The moment a written offset means: `minutes` relative to `now`."""
    return now + timedelta(minutes=minutes)


def read_attachment(attachment: Attachment) -> bytes:
    """The bytes of an attachment; raises FileNotFoundError for a file that is not there."""
    return (FOLDER / "files" / Path(attachment.file).name).read_bytes()
