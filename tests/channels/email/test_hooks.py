"""Mail that providers post."""

import base64
import contextlib
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.channels.adapters.email_webhook import WebhookSettings
from parley.channels.adapters.email_webhook.payloads import is_genuine, read_payload
from parley.kit.errors import BadInput
from tests.support.app import Shop, body_of
from tests.support.jobs import run_jobs
from tests.support.mailroom import Mailroom, write_mail

SECRET = "a long shared secret"
HEADERS = {"X-Parley-Secret": SECRET}
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


async def add_hook(room: Mailroom, **settings: Any) -> str:
    channel_id = await room.add_channel(
        "in@shop.example", plugin="email_webhook", **{"secret": SECRET, **settings}
    )
    return (await room.channel(channel_id)).public_key


def mailgun(key: str, raw: bytes, at: datetime = NOW) -> dict[str, Any]:
    timestamp, token = str(int(at.timestamp())), "t" * 50
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "body-mime": raw.decode(),
        "recipient": "in@shop.example",
        "sender": "zoe@customer.example",
        "timestamp": timestamp,
        "token": token,
        "signature": signature,
    }


async def test_raw_mail(room: Mailroom, shop: Shop) -> None:
    key = await add_hook(room)
    mail = write_mail("Hello").as_bytes()
    headers = {**HEADERS, "Content-Type": "message/rfc822"}
    answer = await shop.client().post(f"/hooks/{key}", content=mail, headers=headers)
    assert (answer.status_code, body_of(answer)) == (200, {"stored": True, "new": True})
    again = await shop.client().post(f"/hooks/{key}", content=mail, headers=headers)
    assert body_of(again) == {"stored": True, "new": False}
    await run_jobs(shop.runtime, "channels.ingest")
    assert (await room.row("SELECT text FROM messages WHERE workspace_id = $1"))["text"] == "Hello"


async def test_every_way_to_post(room: Mailroom, shop: Shop) -> None:
    await add_hook(room, mailgun_key="mg-key")
    channel = await room.row("SELECT id FROM channels WHERE workspace_id = $1 AND plugin = 'email_webhook'")
    path = f"/hooks/{channel['id']}"
    raws = [write_mail(f"mail {n}", subject=f"Matter {n}{n}{n}{n}").as_bytes() for n in range(6)]
    client = shop.client()
    basic = {"Authorization": "Basic " + base64.b64encode(f"parley:{SECRET}".encode()).decode()}
    answers = [
        await client.post(path, data=mailgun("mg-key", raws[0])),
        await client.post(path, data=mailgun("mg-key", raws[1]), files={"x": ("x.txt", b"x")}),
        await client.post(
            path,
            data={
                "email": raws[2].decode(),
                "envelope": '{"to":["in@shop.example"],"from":"zoe@customer.example"}',
            },
            files={"x": ("x.txt", b"x")},
            headers=basic,
        ),
        await client.post(
            path, json={"RawEmail": raws[3].decode(), "From": "zoe@customer.example"}, headers=basic
        ),
        await client.post(
            path,
            json={"raw": base64.b64encode(raws[4]).decode(), "encoding": "base64"},
            headers={"Authorization": f"Bearer {SECRET}"},
        ),
        await client.post(path, content=raws[5], headers={**HEADERS, "Content-Type": "text/plain"}),
    ]
    assert [answer.status_code for answer in answers] == [200] * 6
    await run_jobs(shop.runtime, "channels.ingest")
    texts = await room.rows("SELECT text FROM messages WHERE workspace_id = $1 ORDER BY id")
    assert [row["text"] for row in texts] == [f"mail {n}" for n in range(6)]
    envelopes = await room.rows("SELECT envelope FROM inbound_items WHERE workspace_id = $1 ORDER BY id")
    assert envelopes[2]["envelope"] == {"mail_from": "zoe@customer.example", "rcpt_to": "in@shop.example"}


async def test_strangers_store_nothing(room: Mailroom, shop: Shop) -> None:
    key = await add_hook(room, mailgun_key="mg-key")
    raw = write_mail().as_bytes()
    kind = {"Content-Type": "message/rfc822"}
    client = shop.client()
    codes = [
        (await client.post(f"/hooks/{key}", content=raw, headers=kind)).status_code,
        (
            await client.post(f"/hooks/{key}", content=raw, headers={**kind, "X-Parley-Secret": "wrong"})
        ).status_code,
        (
            await client.post(f"/hooks/{key}", content=raw, headers={**kind, "Authorization": "Basic !!!"})
        ).status_code,
        (await client.post(f"/hooks/{key}", data=mailgun("another key", raw))).status_code,
        (
            await client.post(
                f"/hooks/{key}", data=mailgun("mg-key", raw, datetime(2026, 3, 4, 9, 0, tzinfo=UTC))
            )
        ).status_code,
        (await client.post("/hooks/unknown", content=raw, headers=kind)).status_code,
        (
            await client.post(
                f"/hooks/{(await room.channel()).public_key}", content=raw, headers={**kind, **HEADERS}
            )
        ).status_code,
    ]
    assert codes == [401, 401, 401, 401, 401, 404, 404]
    assert await room.count("inbound_items") == 0


async def test_a_channel_without_any_secret_believes_nobody(room: Mailroom, shop: Shop) -> None:
    key = await add_hook(room, secret="")
    answer = await shop.client().post(
        f"/hooks/{key}",
        content=b"Subject: x\r\n\r\n",
        headers={"Content-Type": "message/rfc822", "X-Parley-Secret": ""},
    )
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("message/rfc822", b"  \r\n"),
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b'{"raw": 5}'),
        ("multipart/form-data; boundary=x", b"--x\r\nnope"),
        ("multipart/form-data", b""),
        ("application/x-www-form-urlencoded", b"a=b"),
        ("image/png", b"x"),
        ("", b"x"),
    ],
)
async def test_what_is_no_mail_is_refused(room: Mailroom, shop: Shop, kind: str, body: bytes) -> None:
    key = await add_hook(room)
    answer = await shop.client().post(
        f"/hooks/{key}", content=body, headers={**HEADERS, "Content-Type": kind}
    )
    assert answer.status_code == 400
    assert await room.count("inbound_items") == 0


def test_mail_in_any_charset_stays_as_it_came() -> None:
    raw = b"Subject: \xe9\r\nContent-Type: text/plain; charset=latin-1\r\n\r\n\xe9\xe8\xff\r\n"
    body = b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n' + raw + b"\r\n--b--\r\n"
    assert read_payload("multipart/form-data; boundary=b", body).data == raw


KINDS = [
    "message/rfc822",
    "application/json",
    "multipart/form-data; boundary=b",
    "application/x-www-form-urlencoded",
]


@given(kind=st.sampled_from(KINDS) | st.text(), body=st.binary(max_size=300))
def test_any_bytes_give_mail_or_bad_input(kind: str, body: bytes) -> None:
    with contextlib.suppress(BadInput):
        assert read_payload(kind, body).data.strip()


@given(
    headers=st.dictionaries(st.sampled_from(["authorization", "x-parley-secret"]), st.text()),
    fields=st.dictionaries(st.sampled_from(["timestamp", "token", "signature"]), st.text()),
)
def test_no_guess_is_believed(headers: dict[str, str], fields: dict[str, str]) -> None:
    settings = msgspec.convert(
        {"address": "a@b.example", "secret": SECRET, "mailgun_key": "k" * 32}, WebhookSettings
    )
    assert not is_genuine(settings, headers, fields, NOW)
