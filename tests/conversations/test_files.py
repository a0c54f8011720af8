"""Uploads, signed addresses, sweeping."""

import io
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from PIL import Image

from parley.conversations.jobs import sweep_all
from parley.kit.clock import FixedClock
from parley.kit.files.actions import release_files, store_file
from parley.kit.files.store import LocalStore
from parley.kit.ids import uuid7
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

PLAIN = b"Hello, this is a plain text file.\n"


def picture(width: int = 640, height: int = 480) -> bytes:
    """Draws a PNG."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


async def upload(
    browser: httpx.AsyncClient,
    data: bytes,
    name: str = "note.txt",
    kind: str = "text/plain",
    field: str = "file",
) -> httpx.Response:
    """Uploads as a browser does."""
    return await browser.post("/api/v1/files", files={field: (name, data, kind)})


async def stored_hashes(shop: Shop) -> set[str]:
    """Gives what lies in the file store."""
    store: LocalStore = shop.runtime.files  # type: ignore[assignment]
    return {found.sha256 async for found in store.iter(str(shop.workspace_id))}


async def test_a_text_comes_back_as_it_was_and_is_never_run(shop: Shop) -> None:
    browser = await shop.signed_in()
    answer = await upload(browser, PLAIN)
    assert answer.status_code == 201, answer.text
    view = body_of(answer)
    assert (view["name"], view["type"], view["size"]) == ("note.txt", "text/plain; charset=utf-8", len(PLAIN))
    assert view["thumbnail_url"] is None
    got = await shop.client().get(view["url"])
    assert (got.status_code, got.content) == (200, PLAIN)
    assert got.headers["content-disposition"] == 'attachment; filename="note.txt"'
    assert got.headers["content-length"] == str(len(PLAIN))
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]


async def test_a_picture_gets_a_small_copy(shop: Shop) -> None:
    browser = await shop.signed_in("collaborator")
    view = body_of(await upload(browser, picture(), "photo.png", "image/png"))
    assert (view["width"], view["height"], view["type"]) == (640, 480, "image/png")
    got = await shop.client().get(view["url"])
    assert got.headers["content-disposition"].startswith("inline")
    small = await shop.client().get(view["thumbnail_url"])
    assert small.headers["content-type"] == "image/webp"
    assert Image.open(io.BytesIO(small.content)).size == (480, 360)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("page.html", b"<html><script>alert(1)</script>", "text/html"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        ("photo.png", b"<script>alert(1)</script>", "image/png"),
    ],
)
async def test_what_could_run_is_only_downloaded(shop: Shop, name: str, data: bytes, kind: str) -> None:
    view = body_of(await upload(await shop.signed_in(), data, name, kind))
    got = await shop.client().get(view["url"])
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment")


async def test_parts_and_copies(shop: Shop) -> None:
    view = body_of(await upload(await shop.signed_in(), PLAIN))
    client = shop.client()
    part = await client.get(view["url"], headers={"Range": "bytes=7-10"})
    assert (part.status_code, part.content) == (206, b"this")
    assert part.headers["content-range"] == f"bytes 7-10/{len(PLAIN)}"
    tail = await client.get(view["url"], headers={"Range": "bytes=-6"})
    assert tail.content == b"file.\n"
    assert (await client.get(view["url"], headers={"Range": "bytes=999-"})).status_code == 416
    whole = await client.get(view["url"], headers={"Range": "bytes=0-1,3-4"})
    assert (whole.status_code, whole.content) == (200, PLAIN)
    known = await client.get(view["url"], headers={"If-None-Match": whole.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")


async def test_only_a_genuine_address_opens(shop: Shop, neighbour: Shop, clock: FixedClock) -> None:
    view = body_of(await upload(await shop.signed_in(), picture(), "photo.png"))
    client, parts = shop.client(), urlsplit(view["url"])
    bad = [
        parts.path,
        f"{parts.path}?{parts.query}x",
        f"{parts.path}?{parts.query}&t=1",
        f"{parts.path}?{parts.query.replace('e=', 'e=9')}",
        view["url"].replace(str(shop.workspace_id), str(neighbour.workspace_id)),
        view["url"].replace(view["id"], str(uuid7())),
    ]
    assert {(await client.get(url)).status_code for url in bad} == {404}
    assert (await client.get(view["url"])).status_code == 200
    clock.advance(timedelta(days=2))
    assert (await client.get(view["url"])).status_code == 404


async def test_bad_uploads(shop: Shop) -> None:
    browser = await shop.signed_in()
    limit = shop.runtime.settings.file_limit
    assert (await upload(browser, b"x" * (limit + 1))).status_code == 413
    assert (await upload(browser, b"x", field="other")).status_code == 400
    assert (await upload(browser, b"")).status_code == 400
    assert (await browser.post("/api/v1/files", json={})).status_code == 415
    broken = {"Content-Type": "multipart/form-data; boundary=X"}
    assert (await browser.post("/api/v1/files", content=b"--X\r\nno", headers=broken)).status_code == 400
    assert (await upload(shop.client(), PLAIN)).status_code == 401
    browser.headers["X-CSRF-Token"] = "wrong"
    assert (await upload(browser, PLAIN)).status_code == 403
    assert await shop.count("SELECT count(*) FROM files") == 0


async def test_a_large_upload_is_cut_off_while_it_arrives(shop: Shop) -> None:
    browser = await shop.signed_in()
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        yield b'--X\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        while True:
            sent += 65536
            yield b"x" * 65536

    headers = {"Content-Type": "multipart/form-data; boundary=X"}
    answer = await browser.post("/api/v1/files", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert sent < shop.runtime.settings.file_limit * 2


async def test_names_lose_their_tricks(shop: Shop) -> None:
    view = body_of(await upload(await shop.signed_in(), PLAIN, "../../etc/pass\u202ewd.txt"))
    assert view["name"] == "passwd.txt"


async def test_unused_files_go_after_a_day(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    ana = await shop.agent()
    browser = await shop.browser(ana)
    got = await inbox.receive()
    views = [body_of(await upload(browser, f"file {n}".encode())) for n in range(3)]
    await inbox.reply(got.conversation_id, ana, "See the file", file_ids=[UUID(views[0]["id"])])
    async with inbox.ctx() as ctx:
        await ctx.tx.execute(
            """INSERT INTO drafts (workspace_id, agent_id, conversation_id, kind, html, file_ids, updated_at)
               VALUES ($1, $2, $3, 'message', '', $4, now())""",
            shop.workspace_id,
            ana,
            got.conversation_id,
            [UUID(views[1]["id"])],
        )
    await sweep_all(shop.runtime)
    assert len(await stored_hashes(shop)) == 3
    clock.advance(timedelta(days=1, seconds=1))
    await sweep_all(shop.runtime)
    async with inbox.ctx() as ctx:
        left = {str(row["id"]) for row in await ctx.tx.fetch("SELECT id FROM files")}
    assert left == {views[0]["id"], views[1]["id"]}
    assert len(await stored_hashes(shop)) == 2


async def test_bytes_stay_while_somebody_needs_them(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    async def store(used: bool) -> UUID:
        async with inbox.ctx() as ctx:
            made = await store_file(
                ctx,
                shop.runtime,
                name="photo.png",
                data=picture(),
                claimed_type="image/png",
                owner_kind="customer",
                owner_id=None,
                used=used,
            )
            return made.id

    first, second = await store(used=True), await store(used=False)
    assert len(await stored_hashes(shop)) == 2
    clock.advance(timedelta(days=2))
    await sweep_all(shop.runtime)
    assert await shop.count("SELECT count(*) FROM files WHERE id = $1", second) == 0
    assert len(await stored_hashes(shop)) == 2
    async with inbox.ctx() as ctx:
        await release_files(ctx, [first])
    await sweep_all(shop.runtime)
    assert await stored_hashes(shop) == set()
