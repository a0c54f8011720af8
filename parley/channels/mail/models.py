"""The values that the mail library takes and gives."""

from datetime import datetime
from enum import StrEnum

import msgspec


class UnparsableMail(ValueError):
    """The input holds nothing at all: no bytes, or only white space."""


class InvalidMail(ValueError):
    """An outbound mail cannot be written as asked; the message says which field is wrong."""


class Defect(StrEnum):
    """Something in a mail that was repaired, guessed, cut or left closed."""

    NO_MESSAGE_ID = "no_message_id"
    NO_AUTHOR = "no_author"
    SEVERAL_AUTHORS = "several_from_headers"
    BAD_DATE = "bad_date"
    BAD_HEADER = "bad_header"
    HEADERS_CUT = "headers_cut"
    CHARSET_GUESSED = "charset_guessed"
    BAD_ENCODING = "bad_transfer_encoding"
    BAD_BOUNDARY = "bad_boundary"
    TOO_DEEP = "too_deep"
    TOO_MANY_PARTS = "too_many_parts"
    BODY_CUT = "body_cut"
    CONTROLS_REMOVED = "controls_removed"
    ATTACHMENTS_OMITTED = "attachments_omitted"
    BAD_TNEF = "bad_tnef"
    BAD_CALENDAR = "bad_calendar"


class Address(msgspec.Struct, frozen=True):
    """One mailbox; `address` is normalised (see `addresses.normalise_address`), `name` may be empty."""

    name: str
    address: str


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a mail.

    `name` is safe to use as a file name; `content_type` is what the sender claims and proves nothing;
    `content_id` has no angle brackets; `inline` says that the HTML body shows it by its Content-ID.
    """

    name: str
    content_type: str
    data: bytes
    content_id: str | None = None
    inline: bool = False


class OmittedAttachment(msgspec.Struct, frozen=True):
    """A file beyond the limits, named but not taken; `size` is in encoded bytes."""

    name: str
    content_type: str
    size: int


class ReportPart(msgspec.Struct, frozen=True):
    """A machine-readable part: delivery status, disposition notification, feedback report, returned
    headers."""

    content_type: str
    data: bytes


class CalendarEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What a calendar part says; `start` and `end` are ISO 8601 as written there (a date, or a time with
    offset when the zone is known); `answers` are (address, participation status) of the attendees."""

    method: str = ""
    uid: str = ""
    title: str = ""
    start: str = ""
    end: str = ""
    location: str = ""
    organizer: str = ""
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def summary(self) -> str:
        """The event in a few lines of plain text, without any words of ours."""
        times = " – ".join(part for part in (self.start, self.end) if part)  # noqa: RUF001
        lines = (self.title, times, self.location, self.organizer)
        return "\n".join(line for line in lines if line)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one mail is taken; what lies beyond is cut, flagged in `ParsedMail.defects`, never
    fatal."""

    headers: int = 1_000
    header_block_bytes: int = 1_000_000
    header_value_bytes: int = 100_000
    addresses: int = 1_000
    references: int = 50
    depth: int = 20
    parts: int = 3_000
    body_parts: int = 30
    text_chars: int = 1_000_000
    html_chars: int = 2_000_000
    attachments: int = 300
    omitted: int = 3_000
    calendars: int = 5
    calendar_bytes: int = 500_000
    calendar_events: int = 20


class ParsedMail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail as read.

    Message ids have no angle brackets. `text` is always filled when the mail has any body: `text_derived`
    says that (part of) it was made from the HTML. `html` is as sent: never show it unsanitised. `date` is
    UTC, `date_offset` the sender's offset in minutes; both None when the Date header is missing or broken.
    `content_type` is that of the outermost part, `report_type` its RFC 6522 parameter. `headers` are the
    decoded outermost headers in order, names in lower case. `defects` names everything that was repaired,
    guessed or cut.
    """

    message_id: str
    message_id_generated: bool
    in_reply_to: str | None
    references: tuple[str, ...]
    from_: tuple[Address, ...]
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    subject: str
    date: datetime | None
    date_offset: int | None
    text: str
    text_derived: bool
    html: str
    attachments: tuple[Attachment, ...]
    omitted: tuple[OmittedAttachment, ...]
    events: tuple[CalendarEvent, ...]
    reports: tuple[ReportPart, ...]
    content_type: str
    report_type: str
    headers: tuple[tuple[str, str], ...]
    defects: tuple[Defect, ...]

    @property
    def author(self) -> Address | None:
        """Who wrote it: the first From address, else Sender; None when neither is readable."""
        return self.from_[0] if self.from_ else self.sender

    @property
    def answer_to(self) -> Address | None:
        """Where an answer goes: the first Reply-To address, else the author (RFC 5322, 3.6.2)."""
        return self.reply_to[0] if self.reply_to else self.author

    def header(self, name: str) -> str | None:
        """Find the first header of this name (any case)."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)

    def list_headers(self, name: str) -> tuple[str, ...]:
        """List every header of this name (any case)."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)
