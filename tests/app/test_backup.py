"""Backup from a running server, restore into a fresh one: nothing is missing, and cursors from before still work."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from parley.kit.log.cursor import parse_cursor
from tests.app.installation import Installation
from tests.support.desk import Desk, fetch_everything, fetch_pages
from tests.support.product import run_parley
from tests.support.widget import Widget

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The installation that is backed up."""
    made = Installation(tmp_path_factory.mktemp("old") / "data")
    made.start()
    made.set_up()
    yield made
    made.kill()


def upload(shop: Installation, token: str) -> str:
    """Uploads a picture as the visitor."""
    answer = httpx.post(
        f"{shop.origin}/widget/api/files",
        headers={"Authorization": f"Bearer {token}"},
        files={"file": ("receipt.png", PICTURE, "image/png")},
        timeout=20,
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def talk(shop: Installation, channel: str) -> tuple[Widget, str]:
    """Lets a visitor write with a picture and an agent answer; gives the widget and the conversation."""
    widget = Widget(lambda: shop.origin, channel)
    async with widget:
        await widget.until(lambda w: w.welcomes == 1)
        assert widget.token is not None
        sent = await widget.say(
            "Where is my parcel?", files=[await asyncio.to_thread(upload, shop, widget.token)]
        )
        await widget.until(lambda w: sent in w.acked and w.conversation is not None)
        assert widget.conversation is not None
        conversation = str(widget.conversation["id"])
        await asyncio.to_thread(reply, shop, conversation, "On its way.")
        await widget.until(lambda w: "On its way." in w.texts("agent"))
    return widget, conversation


def reply(shop: Installation, conversation: str, text: str) -> None:
    """Answers by the API."""
    answer = shop.call("POST", f"/api/v1/conversations/{conversation}/messages", json={"text": text})
    assert answer.status_code == 201, answer.text


def newest_fact(shop: Installation) -> str:
    """Reads the log to its end and gives the cursor."""
    cursor = ""
    while True:
        page = shop.call("GET", f"/api/v1/facts?limit=200&after={cursor}").json()
        if not page["items"]:
            return cursor
        cursor = page["items"][-1]["cursor"]


def everything(shop: Installation) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fetches all there is in the inbox."""
    return asyncio.run(fetch_everything(lambda: shop.origin, shop.token))


def test_a_backup_restores_into_a_fresh_server(old: Installation, tmp_path: Path) -> None:
    channel = old.add_chat()
    widget, conversation = asyncio.run(talk(old, channel))
    channels = old.call("GET", "/api/v1/channels").json()["items"]
    secret_path = f"/api/v1/channels/{channels[0]['id']}/identity-secret"
    secret = old.call("GET", secret_path).json()
    rows, messages = everything(old)
    (picture,) = [f for m in messages.values() for f in m["attachments"]]
    cursor = newest_fact(old)

    archive = tmp_path / "parley backup.tar"
    made = run_parley("backup", str(archive), "--data", str(old.data))
    assert (made.returncode, made.stderr) == (0, "")
    assert archive.stat().st_mode & 0o077 == 0, "the archive holds the keys"
    reply(old, conversation, "This comes after the backup.")

    new = Installation(tmp_path / "restored")
    done = run_parley("restore", str(archive), "--data", str(new.data))
    assert done.returncode == 0, done.stderr
    assert "Restored" in done.stdout
    try:
        new.start()
        new.token = old.token
        assert everything(new) == (rows, messages)
        got = httpx.get(new.origin + picture["url"])
        assert got.status_code == 200
        assert got.content == PICTURE
        assert new.call("GET", secret_path).json() == secret
        asyncio.run(go_on(new, widget, channel, conversation, cursor))
        found = asyncio.run(
            fetch_pages(lambda: new.origin, new.token, f"/api/v1/facts?kinds=MessageReceived&after={cursor}")
        )
        assert len(found) == 1
        assert parse_cursor(found[0]["cursor"]) > parse_cursor(cursor)
        assert parse_cursor(found[0]["cursor"]).epoch == parse_cursor(cursor).epoch + 1

        again = run_parley("restore", str(archive), "--data", str(new.data))
        assert again.returncode == 1
        assert "empty folder" in again.stderr
        assert new.running is not None
        assert new.running.complained == []
    finally:
        new.kill()


async def go_on(new: Installation, before: Widget, channel: str, conversation: str, cursor: str) -> None:
    """The visitor and the desk of before the backup go on where they were."""
    desk = Desk(lambda: new.origin, new.token)
    desk.cursor = cursor
    async with desk, Widget(lambda: new.origin, channel, token=before.token) as widget:
        await desk.until(lambda d: d.resumes == 1)
        await widget.until(lambda w: w.welcomes == 1)
        assert widget.texts("customer", "agent") == ["Where is my parcel?", "On its way."]
        sent = await widget.say("Are you still there?")
        await widget.until(lambda w: sent in w.acked)
        assert widget.conversation is not None
        assert widget.conversation["id"] == conversation
        await desk.until(lambda d: any(m["text"] == "Are you still there?" for m in d.messages.values()))
        await asyncio.to_thread(reply, new, conversation, "Yes.")
        await widget.until(lambda w: "Yes." in w.texts("agent"))
        assert desk.resets == 0


@pytest.mark.parametrize("content", [b"", b"no tar file at all", b"\0" * 10240])
def test_what_is_no_backup_is_refused_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(content)
    done = run_parley("restore", str(tmp_path / "x.tar"), "--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert done.stderr.startswith("parley: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()
