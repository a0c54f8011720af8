"""A broadcast looked at before it is sent: how many, by what, in which words, who is left out. Nothing is written."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx
from parley.kit.runtime import Runtime
from parley.outreach.broadcasts.filling import Values, fill_letter, load_values
from parley.outreach.broadcasts.model import (
    BroadcastTexts,
    Letter,
    Target,
    build_digest,
    choose_words,
    count_by,
    read_letter,
)
from parley.outreach.broadcasts.records import Broadcast
from parley.outreach.broadcasts.selecting import select_targets

BATCH = 500
Key = tuple[str, str]
SETTING = (
    "SELECT coalesce((settings->>'broadcast_approval')::int, 500) FROM workspaces WHERE workspace_id = $1"
)


class BroadcastShare(msgspec.Struct, frozen=True, kw_only=True):
    """So many are told on this channel; they read `language` and get the words in `text_language`."""

    channel: str
    language: str
    text_language: str
    customers: int


class BroadcastLeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """So many are left out because of this."""

    reason: str
    customers: int


class BroadcastProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Why it cannot be sent yet.

    `kind` is nobody, no_fallback, no_text, no_subject, or missing_variable (with its name as `variable`).
    """

    kind: str
    customers: int = 0
    channel: str | None = None
    language: str | None = None
    variable: str | None = None


class BroadcastExample(msgspec.Struct, frozen=True, kw_only=True):
    """The words as one customer gets them; `subject` only where a mail begins a thread."""

    channel: str
    language: str
    customer_id: UUID | None
    conversation_id: UUID | None
    order_id: UUID | None
    subject: str | None
    html: str


class BroadcastPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What would be sent. `digest` is to be given back at the start; `approval` says that a second person must agree."""

    digest: str
    total: int
    shares: list[BroadcastShare]
    left_out: list[BroadcastLeftOut]
    problems: list[BroadcastProblem]
    examples: list[BroadcastExample]
    approval: bool
    approval_above: int


class Look(msgspec.Struct, frozen=True):
    """A preview with the targets behind it."""

    preview: BroadcastPreview
    targets: list[Target]


async def look_at(ctx: Ctx, runtime: Runtime, broadcast: Broadcast) -> Look:
    """Selects and counts, and fills the words in for everybody to see what is missing. Raises Invalid."""
    port = runtime.parts["channel_port"]
    targets = await select_targets(ctx, runtime.catalogue, port, broadcast.selection, broadcast.texts)
    told = [one for one in targets if one.reason is None]
    most = int(await ctx.tx.fetchval(SETTING, ctx.workspace_id))
    problems = _find_problems(broadcast.texts, told)
    missing, examples = await _try_words(ctx, broadcast, told)
    preview = BroadcastPreview(
        digest=build_digest(targets, broadcast.texts, broadcast.tag_id),
        total=len(told),
        shares=_list_shares(told),
        left_out=[
            BroadcastLeftOut(reason=reason, customers=n)
            for reason, n in sorted(Counter(one.reason for one in targets if one.reason).items())
        ],
        problems=[*problems, *missing],
        examples=examples,
        approval=len(told) > most,
        approval_above=most,
    )
    return Look(preview, targets)


def _list_shares(told: Sequence[Target]) -> list[BroadcastShare]:
    counts = sorted(count_by(told).items(), key=lambda item: (-item[1], item[0]))
    return [
        BroadcastShare(channel=channel, language=language, text_language=text_language, customers=n)
        for (channel, language, text_language), n in counts
    ]


def _find_problems(texts: BroadcastTexts, told: Sequence[Target]) -> list[BroadcastProblem]:
    """Names what the words lack: for nobody, for a language, for mails that begin a thread. Pure."""
    if not told:
        return [BroadcastProblem(kind="nobody")]
    if texts.fallback not in texts.languages:
        return [BroadcastProblem(kind="no_fallback", language=texts.fallback or None, customers=len(told))]
    found: Counter[tuple[str, str, str]] = Counter()
    for one in told:
        words = choose_words(texts, one.text_language, one.channel_kind or "")
        if not words.html:
            found["no_text", one.channel_kind or "", one.text_language] += 1
        if one.conversation_id is None and not words.subject:
            found["no_subject", one.channel_kind or "", one.text_language] += 1
    return [
        BroadcastProblem(kind=kind, channel=channel, language=language, customers=n)
        for (kind, channel, language), n in sorted(found.items())
    ]


def read_letters(texts: BroadcastTexts, told: Sequence[Target]) -> dict[Key, Letter]:
    """Reads the words of every channel and language that somebody gets."""
    keys = dict.fromkeys((one.channel_kind or "", one.text_language) for one in told)
    return {key: read_letter(choose_words(texts, key[1], key[0])) for key in keys}


async def _try_words(
    ctx: Ctx, broadcast: Broadcast, told: Sequence[Target]
) -> tuple[list[BroadcastProblem], list[BroadcastExample]]:
    """Fills the words in for everybody in portions: the variables that are missing, an example of each kind."""
    letters = read_letters(broadcast.texts, told)
    names = frozenset[str]().union(*(letter.names for letter in letters.values()))
    missing: Counter[tuple[str, str, str]] = Counter()
    examples: dict[Key, tuple[bool, BroadcastExample]] = {}
    for start in range(0, len(told) if names else min(len(told), BATCH), BATCH):
        portion = told[start : start + BATCH]
        for one, values in zip(portion, await load_values(ctx, portion, names, ctx.actor.id), strict=True):
            _try_one(one, letters, values, missing, examples)
    # Whoever fills no variable cannot miss one; only examples of the other kinds are wanted of him.
    for one in told if not names else ():
        if (one.channel_kind or "", one.text_language) not in examples:
            _try_one(one, letters, {}, missing, examples)
    problems = [
        BroadcastProblem(
            kind="missing_variable", channel=channel, language=language, variable=name, customers=n
        )
        for (name, channel, language), n in sorted(missing.items())
    ]
    return problems, [example for _, example in examples.values()]


def _try_one(
    one: Target,
    letters: dict[Key, Letter],
    values: Values,
    missing: Counter[tuple[str, str, str]],
    examples: dict[Key, tuple[bool, BroadcastExample]],
) -> None:
    key = (one.channel_kind or "", one.text_language)
    letter = letters[key]
    whole = all(values.get(name) not in (None, "") for name in letter.names)
    known = examples.get(key)
    if whole and known is not None and known[0]:
        return
    filled = fill_letter(letter, values)
    for name in filled.missing:
        missing[(name, *key)] += 1
    if known is None or (whole and not known[0]):
        examples[key] = (
            whole,
            BroadcastExample(
                channel=key[0],
                language=key[1],
                customer_id=one.customer_id,
                conversation_id=one.conversation_id,
                order_id=one.order_id,
                subject=filled.subject if one.conversation_id is None else None,
                html=filled.html,
            ),
        )
