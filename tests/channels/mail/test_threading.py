"""Which conversation a mail belongs to; and that nobody gets into another's."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from parley.channels.mail.models import ParsedMail
from parley.channels.mail.parse import parse_mail
from parley.channels.mail.threading import Candidate, ThreadRules, decide_thread, find_tokens
from tests.channels.mail.samples_list import build_raw

NOW = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)
OWN = frozenset({"help@shop.example", "sales@shop.example"})
FIRST, SECOND = UUID(int=1), UUID(int=2)
LAMP = Candidate(
    thread_id=FIRST,
    message_ids=frozenset({"in1@x.example", "out1@shop.example"}),
    participants=frozenset({"ana@x.example", "boss@bigco.example", "eva@gmail.com"}),
    subject="Broken lamp",
    last_at=NOW - timedelta(days=1),
    token="c4f2aa",
)
CHAIR = Candidate(
    thread_id=SECOND,
    message_ids=frozenset({"in2@y.example", "out2@shop.example"}),
    participants=frozenset({"bob@y.example"}),
    subject="Order 1001 late",
    last_at=NOW - timedelta(days=1),
    token="d5e3bb",
)


def mail(sender: str, subject: str, *headers: str) -> ParsedMail:
    return parse_mail(build_raw("hello", f"From: {sender}", f"Subject: {subject}", *headers))


def decide(parsed: ParsedMail, **options: object) -> tuple[UUID | None, str]:
    match = decide_thread(parsed, [LAMP, CHAIR], NOW, own_addresses=OWN, **options)  # type: ignore[arg-type]
    return match.thread_id, match.reason


def test_a_reply_of_a_participant() -> None:
    for header in ("In-Reply-To: <out1@shop.example>", "References: <q@z> <out1@shop.example> <r@z>"):
        found, reason = decide(mail("ana@x.example", "Re: Broken lamp", header))
        assert found == FIRST
        assert "takes part" in reason


def test_a_stranger_with_the_message_id() -> None:
    found, reason = decide(mail("eve@evil.example", "Re: Broken lamp", "In-Reply-To: <out1@shop.example>"))
    assert found is None
    assert "takes no part" in reason


def test_a_stranger_with_the_token_and_the_participants_on_cc() -> None:
    parsed = mail(
        "eve@evil.example",
        "Re: Broken lamp",
        "To: help+c4f2aa@shop.example",
        "Cc: ana@x.example",
        "References: <out1@shop.example>",
    )
    assert decide(parsed)[0] is None


def test_reply_to_of_a_participant_proves_nothing() -> None:
    parsed = mail(
        "eve@evil.example", "Re: Broken lamp", "Reply-To: ana@x.example", "In-Reply-To: <in1@x.example>"
    )
    assert decide(parsed)[0] is None


def test_colleagues_but_no_other_free_mail_users() -> None:
    reference = "In-Reply-To: <out1@shop.example>"
    assert decide(mail("clerk@bigco.example", "Re: Broken lamp", reference))[0] == FIRST
    assert decide(mail("mallory@gmail.com", "Re: Broken lamp", reference))[0] is None
    assert decide(mail("clerk@shop.example", "Re: Broken lamp", reference))[0] is None


def test_agents_answer_from_their_own_programs() -> None:
    parsed = mail("mia@private.example", "Re: Broken lamp", "In-Reply-To: <in1@x.example>")
    assert decide(parsed)[0] is None
    assert decide(parsed, agents=frozenset({"mia@private.example"}))[0] == FIRST


def test_another_subject_opens_a_related_conversation() -> None:
    parsed = mail("ana@x.example", "Invoice for the carpet", "In-Reply-To: <out1@shop.example>")
    match = decide_thread(parsed, [LAMP, CHAIR], NOW, own_addresses=OWN)
    assert (match.thread_id, match.related) == (None, FIRST)
    assert "something else" in match.reason


def test_empty_and_slightly_changed_subjects_stay() -> None:
    for subject in ("", "Re:", "Re: Broken lamp again", "SV: [Ticket #42] broken lamp!", "Fwd: Broken lampe"):
        assert decide(mail("ana@x.example", subject, "In-Reply-To: <out1@shop.example>"))[0] == FIRST
    other_order = mail("bob@y.example", "Order 1002 late", "In-Reply-To: <out2@shop.example>")
    assert decide(other_order)[0] is None


def test_the_token_helps_a_participant() -> None:
    parsed = mail("ana@x.example", "Re: Broken lamp", "To: Help <help+c4f2aa@shop.example>")
    found, reason = decide(parsed)
    assert found == FIRST
    assert "sent to the address" in reason
    assert find_tokens(parsed, OWN) == {"c4f2aa"}
    delivered = mail("ana@x.example", "x", "Delivered-To: help+d5e3bb@shop.example")
    assert find_tokens(delivered, OWN) == {"d5e3bb"}


def test_without_references_sender_and_subject() -> None:
    assert decide(mail("ana@x.example", "broken LAMP"))[0] == FIRST
    assert decide(mail("clerk@bigco.example", "broken lamp"))[0] is None
    assert decide(mail("ana@x.example", "broken chair"))[0] is None
    old = decide_thread(
        mail("ana@x.example", "Broken lamp"), [LAMP], NOW + timedelta(days=9), own_addresses=OWN
    )
    assert old.thread_id is None


def test_generic_subjects_need_references() -> None:
    generic = Candidate(
        thread_id=FIRST,
        message_ids=frozenset({"a@b"}),
        participants=frozenset({"ana@x.example"}),
        subject="Order",
        last_at=NOW,
    )
    assert decide_thread(mail("ana@x.example", "Order"), [generic], NOW, own_addresses=OWN).thread_id is None
    reply = mail("ana@x.example", "Re: Order", "In-Reply-To: <a@b>")
    assert decide_thread(reply, [generic], NOW, own_addresses=OWN).thread_id == FIRST


def test_long_closed_conversations_are_followed_by_a_new_one() -> None:
    parsed = mail("ana@x.example", "Re: Broken lamp", "In-Reply-To: <out1@shop.example>")
    for days, expected in ((3, (FIRST, None)), (40, (None, FIRST))):
        closed = Candidate(
            thread_id=FIRST,
            message_ids=LAMP.message_ids,
            participants=LAMP.participants,
            subject=LAMP.subject,
            last_at=LAMP.last_at,
            closed_at=NOW - timedelta(days=days),
        )
        match = decide_thread(parsed, [closed], NOW, own_addresses=OWN)
        assert (match.thread_id, match.related) == expected
        strict = ThreadRules(reopen_within=timedelta(0))
        match = decide_thread(parsed, [closed], NOW, own_addresses=OWN, rules=strict)
        assert (match.thread_id, match.related) == (None, FIRST)


def test_the_newest_reference_decides() -> None:
    both = Candidate(
        thread_id=SECOND,
        message_ids=frozenset({"later@shop.example"}),
        participants=LAMP.participants,
        subject="Broken lamp",
        last_at=NOW,
    )
    parsed = mail("ana@x.example", "Re: Broken lamp", "References: <out1@shop.example> <later@shop.example>")
    assert decide_thread(parsed, [LAMP, both], NOW, own_addresses=OWN).thread_id == SECOND


def test_forged_senders_and_our_own_addresses() -> None:
    parsed = mail("ana@x.example", "Re: Broken lamp", "In-Reply-To: <out1@shop.example>")
    assert decide(parsed, sender_forged=True)[0] is None
    own = mail("help@shop.example", "Re: Broken lamp", "In-Reply-To: <out1@shop.example>")
    assert decide(own)[0] is None
    assert decide(mail("nobody", "Re: Broken lamp", "In-Reply-To: <out1@shop.example>"))[0] is None


def test_our_domain_and_addresses_open_nothing_even_when_they_are_listed() -> None:
    careless = Candidate(
        thread_id=FIRST,
        message_ids=LAMP.message_ids,
        participants=LAMP.participants | {"help@shop.example", "mia@shop.example"},
        subject=LAMP.subject,
        last_at=LAMP.last_at,
    )
    for sender in ("help@shop.example", "clerk@shop.example"):
        parsed = mail(sender, "Re: Broken lamp", "In-Reply-To: <out1@shop.example>")
        assert decide_thread(parsed, [careless], NOW, own_addresses=OWN).thread_id is None


def test_a_group_mailbox_of_ours_hides_the_author_in_reply_to() -> None:
    parsed = mail(
        "'Ana' via Help <help@shop.example>",
        "Re: Broken lamp",
        "Reply-To: ana@x.example",
        "In-Reply-To: <out1@shop.example>",
    )
    assert decide(parsed)[0] == FIRST


LOCALS = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
STRANGE_DOMAINS = st.sampled_from(
    ["evil.example", "gmail.com", "shop.example", "yahoo.com", "sub.bigco.example"]
)
KNOWN_IDS = st.sampled_from(sorted(LAMP.message_ids | CHAIR.message_ids))
TARGETS = st.sampled_from(["help@shop.example", "help+c4f2aa@shop.example", "sales+d5e3bb@shop.example"])
SUBJECTS = st.sampled_from(["Broken lamp", "Re: Broken lamp", "Order 1001 late", "", "Hello"])
EVERYBODY = sorted(LAMP.participants | CHAIR.participants)


@given(
    local=LOCALS,
    domain=STRANGE_DOMAINS,
    name=st.sampled_from(["", "ana@x.example", "Ana"]),
    ids=st.lists(KNOWN_IDS, max_size=4),
    target=TARGETS,
    copied=st.sampled_from(["", *EVERYBODY]),
    answer_to=st.sampled_from(["", *EVERYBODY]),
    subject=SUBJECTS,
)
def test_a_stranger_never_gets_in(
    local: str,
    domain: str,
    name: str,
    ids: list[str],
    target: str,
    copied: str,
    answer_to: str,
    subject: str,
) -> None:
    """Whatever ids and tokens he guesses and whomever he names on Cc, Reply-To, Sender or as his name."""
    address = f"{local}@{domain}"
    if address in LAMP.participants | OWN:
        return
    headers = [f"To: {target}", f"References: {' '.join(f'<{one}>' for one in ids)}"]
    headers += [f"In-Reply-To: <{ids[0]}>"] if ids else []
    headers += [f"Cc: {copied}"] if copied else []
    headers += [f"Reply-To: {answer_to}", f"Sender: {answer_to}"] if answer_to else []
    parsed = mail(f'"{name}" <{address}>', subject, *headers)
    match = decide_thread(parsed, [LAMP, CHAIR], NOW, own_addresses=OWN)
    assert match.thread_id is None
    assert match.related is None
    assert match.reason


@given(ids=st.lists(KNOWN_IDS, max_size=4), target=TARGETS, subject=SUBJECTS)
def test_a_participant_gets_only_into_his_own(ids: list[str], target: str, subject: str) -> None:
    headers = [f"To: {target}", f"References: {' '.join(f'<{one}>' for one in ids)}"]
    match = decide_thread(mail("bob@y.example", subject, *headers), [LAMP, CHAIR], NOW, own_addresses=OWN)
    assert match.thread_id in {None, SECOND}
    assert match.related in {None, SECOND}
