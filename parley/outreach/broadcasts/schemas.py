"""What the broadcast routes take and give."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from parley.outreach.broadcasts.model import BroadcastSelection, BroadcastTexts

Name = Annotated[str, Meta(max_length=120)]
State = Literal["draft", "waiting", "running", "paused", "done", "cancelled"]
TargetState = Literal["waiting", "sent", "failed", "skipped", "cancelled"]


class BroadcastChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to be different about a draft; absent fields stay. `tag_id` is put on every conversation that is told."""

    name: Name | UnsetType = UNSET
    selection: BroadcastSelection | UnsetType = UNSET
    texts: BroadcastTexts | UnsetType = UNSET
    tag_id: UUID | UnsetType | None = UNSET
    per_minute: Annotated[int, Meta(ge=1, le=600)] | UnsetType = UNSET


class NewBroadcast(BroadcastChange, forbid_unknown_fields=True, kw_only=True):
    """A draft."""

    name: Name


class BroadcastRow(msgspec.Struct, kw_only=True):
    """A broadcast as lists show it.

    `total` customers are told (of them `sent`, `failed`), `skipped` are left out, `replied` have written back.
    """

    id: UUID
    name: str
    state: State
    of: str
    tag_id: UUID | None
    per_minute: int
    total: int
    sent: int
    failed: int
    skipped: int
    replied: int
    created_by: UUID | None
    started_by: UUID | None
    approved_by: UUID | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class BroadcastView(BroadcastRow, kw_only=True):
    """A broadcast with its selection and its words."""

    selection: BroadcastSelection
    texts: BroadcastTexts
    variables: list[str]


class BroadcastField(msgspec.Struct, kw_only=True):
    """Something a selection may test: its kind says how, `options` or `source` what with."""

    name: str
    kind: str
    options: list[str]
    source: str | None
    unit: str | None


class BroadcastStart(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The `digest` of the preview that was looked at."""

    digest: str


class BroadcastRetry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The targets (by position) that are tried again; None: all that failed."""

    positions: Annotated[list[int], Meta(max_length=200)] | None = None


class BroadcastRetried(msgspec.Struct, kw_only=True):
    """How many are tried again."""

    retried: int


class BroadcastTarget(msgspec.Struct, kw_only=True):
    """A customer who is told, or is not (`reason`, and in words `detail`).

    `position` names him where the broadcast was started; `customer_id` is null for who is no customer yet.
    """

    position: int | None = None
    customer_id: UUID | None
    customer_name: str | None
    conversation_id: UUID | None
    order_id: UUID | None
    channel_kind: str | None
    language: str | None
    state: TargetState
    reason: str | None
    detail: str | None = None
    message_id: UUID | None = None
    sent_at: datetime | None = None
    replied_at: datetime | None = None
