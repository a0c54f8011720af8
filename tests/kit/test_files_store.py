import asyncio
import hashlib
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parley.kit.files.store import FileStore, FileTooLargeError, LocalStore, Stored, StoredFileMissingError

DATA = os.urandom(600_000)
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "files")


async def chunks(data: bytes, size: int = 70_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def collect(source: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in source])


def leftovers(store: LocalStore) -> list[Path]:
    return list((store.root / ".incoming").glob("*"))


async def test_bytes_and_streams_are_kept_once_by_content(store: LocalStore) -> None:
    port: FileStore = store
    assert await port.put("w1", DATA) == Stored(SHA, len(DATA))
    assert await port.put("w1", chunks(DATA)) == Stored(SHA, len(DATA))
    assert await port.read("w1", SHA) == DATA
    assert await collect(port.open("w1", SHA)) == DATA
    assert [s async for s in port.iter("w1")] == [Stored(SHA, len(DATA))]
    assert leftovers(store) == []
    files = [p for p in store.root.rglob("*") if p.is_file()]
    assert len(files) == 1
    assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700


async def test_prefixes_do_not_see_each_other(store: LocalStore) -> None:
    await store.put("w1", b"a")
    stored = await store.put("w2", b"b")
    assert await store.find("w1", stored.sha256) is None
    with pytest.raises(StoredFileMissingError):
        await store.read("w1", stored.sha256)
    assert [s.size async for s in store.iter("w1")] == [1]
    assert [s async for s in store.iter("w3")] == []


async def test_parts_are_read(store: LocalStore) -> None:
    await store.put("w1", DATA)
    for start, length in ((0, 10), (299_999, 300_000), (599_999, 5), (700_000, 5), (5, 0), (0, None)):
        expected = DATA[start:] if length is None else DATA[start : start + length]
        assert await collect(store.open("w1", SHA, start=start, length=length)) == expected


async def test_empty_files_are_files(store: LocalStore) -> None:
    stored = await store.put("w1", chunks(b""))
    assert stored.size == 0
    assert await store.read("w1", stored.sha256) == b""


async def test_too_much_is_refused_and_leaves_nothing(store: LocalStore) -> None:
    for data in (DATA, chunks(DATA)):
        with pytest.raises(FileTooLargeError):
            await store.put("w1", data, max_bytes=len(DATA) - 1)
    assert await store.find("w1", SHA) is None
    assert leftovers(store) == []
    assert await store.put("w1", chunks(DATA), max_bytes=len(DATA)) == Stored(SHA, len(DATA))


async def test_a_broken_or_cancelled_upload_leaves_nothing(store: LocalStore) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield DATA
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store.put("w1", broken())

    started = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield DATA
        started.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(store.put("w1", endless()))
    await started.wait()
    assert len(leftovers(store)) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert leftovers(store) == []
    assert [s async for s in store.iter("w1")] == []


async def test_files_are_deleted_once(store: LocalStore) -> None:
    await store.put("w1", DATA)
    assert await store.find("w1", SHA) == Stored(SHA, len(DATA))
    assert await store.delete("w1", SHA)
    assert not await store.delete("w1", SHA)
    with pytest.raises(StoredFileMissingError):
        await collect(store.open("w1", SHA))


async def test_many_equal_uploads_at_once_end_in_one_file(store: LocalStore) -> None:
    results = await asyncio.gather(*(store.put("w1", chunks(DATA)) for _ in range(8)))
    assert set(results) == {Stored(SHA, len(DATA))}
    assert await store.read("w1", SHA) == DATA
    assert leftovers(store) == []


@pytest.mark.parametrize(
    "prefix", ["", ".", "..", "../x", "a/b", "/etc", ".incoming", "a\\b", "a\x00", "-", "ž", "a" * 65]
)
async def test_no_prefix_leads_out_of_the_store(store: LocalStore, prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        await store.put(prefix, b"x")
    with pytest.raises(ValueError, match="prefix"):
        await store.read(prefix, SHA)
    with pytest.raises(ValueError, match="prefix"):
        await collect(store.open(prefix, SHA))


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", SHA[:-1], SHA.upper(), SHA + "0", f"{SHA[:2]}/{SHA[3:]}"]
)
async def test_no_name_leads_out_of_the_store(store: LocalStore, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        await store.read("w1", name)
    with pytest.raises(ValueError, match="SHA-256"):
        await store.delete("w1", name)
    with pytest.raises(ValueError, match="SHA-256"):
        await store.find("w1", name)


async def test_what_a_crash_left_is_swept(store: LocalStore) -> None:
    await store.put("w1", DATA)
    old, new = (store.root / ".incoming" / name for name in ("old", "new"))
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (0, 0))
    assert await store.sweep() == 1
    assert leftovers(store) == [new]
    assert await LocalStore(store.root / "none").sweep() == 0
