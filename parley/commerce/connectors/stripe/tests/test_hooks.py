"""Events: believed only when signed and fresh."""

from datetime import UTC, datetime, timedelta

import pytest

from parley.commerce.connectors.stripe import CONNECTOR
from parley.commerce.connectors.stripe.tests.conftest import Bank
from parley.commerce.ports import BadSignatureError
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
