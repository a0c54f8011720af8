"""Events: believed only when signed and fresh."""

from datetime import UTC, datetime, timedelta

import pytest

from parley.commerce.connectors.stripe import CONNECTOR
from parley.commerce.connectors.stripe.tests.conftest import Bank
from parley.commerce.ports import BadSignatureError
from parley.kit.failures import Refused
from tests.support.fakes.stripe import NOW

AT = datetime.fromtimestamp(NOW, UTC)


async def test_an_event_is_known_by_its_id_and_changes_nothing(bank: Bank) -> None:
    for topic in ("charge.refunded", "refund.updated", "refund.failed"):
        headers, body = bank.fake.sign(topic, {"id": "re_1", "object": "refund"}, known="evt_9")
        delivery = CONNECTOR.verify(bank.settings, headers, body, AT)
        assert delivery is not None
        assert (delivery.key, delivery.topic, delivery.at) == ("evt_9", topic, AT)
        assert CONNECTOR.read(bank.settings, delivery, body) == []
        assert CONNECTOR.answer(bank.settings, headers, body) is None


async def test_a_refund_that_failed_later_is_named_with_its_reason(bank: Bank) -> None:
    for topic, status, reason, notes in (
        ("refund.failed", "failed", "lost_or_stolen_card", ["lost_or_stolen_card"]),
        ("refund.updated", "canceled", None, ["canceled"]),
        ("charge.refund.updated", "failed", None, ["failed"]),
        ("refund.updated", "pending", None, []),
        ("charge.updated", "failed", None, []),
    ):
        subject = {"id": "re_1", "object": "refund", "status": status, "failure_reason": reason}
        headers, body = bank.fake.sign(topic, subject)
        delivery = CONNECTOR.verify(bank.settings, headers, body, AT)
        assert delivery is not None
        found = CONNECTOR.read(bank.settings, delivery, body)
        assert [one.note for one in found] == notes, (topic, status)
        assert all((one.kind, one.external_id) == ("refund_failed", "re_1") for one in found)


async def test_an_event_about_a_refund_without_one_is_refused(bank: Bank) -> None:
    headers, body = bank.fake.sign("refund.failed", {"object": "refund"})
    delivery = CONNECTOR.verify(bank.settings, headers, body, AT)
    assert delivery is not None
    with pytest.raises(Refused):
        CONNECTOR.read(bank.settings, delivery, body)


async def test_one_changed_byte_and_old_events_are_refused(bank: Bank) -> None:
    headers, body = bank.fake.sign("refund.updated", {"id": "re_1"})
    assert CONNECTOR.verify(bank.settings, headers, body, AT) is not None
    for at in (0, len(body) // 2, len(body) - 1):
        forged = bytearray(body)
        forged[at] ^= 1
        with pytest.raises(BadSignatureError):
            CONNECTOR.verify(bank.settings, headers, bytes(forged), AT)
    with pytest.raises(BadSignatureError):
        CONNECTOR.verify(bank.settings, headers, body, AT + timedelta(minutes=6))
    with pytest.raises(BadSignatureError):
        CONNECTOR.verify(bank.settings, {}, body, AT)
    bank.settings.webhook_secret = ""
    with pytest.raises(BadSignatureError):
        CONNECTOR.verify(bank.settings, headers, body, AT)
