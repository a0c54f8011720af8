"""Where the bytes of files are kept: by their hash, below a prefix per owner."""

import hashlib
import os
import re
import secrets
import time
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from anyio import to_thread

CHUNK_BYTES = 256 * 1024
_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TEMPORARY = ".incoming"


@dataclass(frozen=True, slots=True)
class Stored:
    """What identifies a stored file below its prefix: SHA-256 in lower-case hex, and its size in bytes."""

    sha256: str
    size: int


class FileTooLargeError(ValueError):
    """More bytes came than allowed; nothing was stored."""


class StoredFileMissingError(LookupError):
    """There is no such file below the prefix."""


class FileStore(Protocol):
    """Keeps files by content: the same bytes below the same prefix are kept once.

    Whoever deletes has made sure that nobody else refers to the same bytes. A `prefix` is a short word of
    letters, digits, `-` and `_`; ValueError for others and for what is no SHA-256.
    """

    async def put(
        self, prefix: str, data: bytes | AsyncIterable[bytes], *, max_bytes: int | None = None
    ) -> Stored:
        """Store bytes durably; raises FileTooLargeError."""

    async def read(self, prefix: str, sha256: str) -> bytes:
        """All bytes of a file; raises StoredFileMissingError."""

    def open(
        self, prefix: str, sha256: str, *, start: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        """The bytes of a file, or a part of it, in chunks; raises StoredFileMissingError."""

    async def find(self, prefix: str, sha256: str) -> Stored | None:
        """The file, or None."""

    async def delete(self, prefix: str, sha256: str) -> bool:
        """Delete a file; False when there is none."""

    def iter(self, prefix: str) -> AsyncIterator[Stored]:
        """All files below a prefix, sorted by hash."""


class LocalStore:
    """A FileStore in a folder of this machine: `<root>/<prefix>/<2 hex>/<62 hex>`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def put(
        self, prefix: str, data: bytes | AsyncIterable[bytes], *, max_bytes: int | None = None
    ) -> Stored:
        """Write to a temporary file, sync it, move it to its place; raises FileTooLargeError."""
        folder = self._folder(prefix)
        if isinstance(data, bytes):
            if max_bytes is not None and len(data) > max_bytes:
                raise FileTooLargeError(f"more than {max_bytes} bytes")
            return await to_thread.run_sync(_put_bytes, self.root, folder, data)
        return await self._put_stream(folder, data, max_bytes)

    async def read(self, prefix: str, sha256: str) -> bytes:
        """All bytes of a file; raises StoredFileMissingError."""
        path = self._path(prefix, sha256)
        try:
            return await to_thread.run_sync(path.read_bytes)
        except FileNotFoundError as error:
            raise StoredFileMissingError(sha256) from error

    async def open(
        self, prefix: str, sha256: str, *, start: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        """Chunks of a file from byte `start`, at most `length` bytes; raises StoredFileMissingError."""
        path = self._path(prefix, sha256)
        try:
            file: BinaryIO = await to_thread.run_sync(path.open, "rb")
        except FileNotFoundError as error:
            raise StoredFileMissingError(sha256) from error
        try:
            await to_thread.run_sync(file.seek, start)
            left = length
            while left is None or left > 0:
                size = CHUNK_BYTES if left is None else min(CHUNK_BYTES, left)
                chunk = await to_thread.run_sync(file.read, size)
                if not chunk:
                    break
                left = None if left is None else left - len(chunk)
                yield chunk
        finally:
            file.close()

    async def find(self, prefix: str, sha256: str) -> Stored | None:
        """The file with its size, or None."""
        path = self._path(prefix, sha256)
        try:
            found = await to_thread.run_sync(path.stat)
        except FileNotFoundError:
            return None
        return Stored(sha256, found.st_size)

    async def delete(self, prefix: str, sha256: str) -> bool:
        """Delete a file; False when there is none."""
        path = self._path(prefix, sha256)
        try:
            await to_thread.run_sync(path.unlink)
        except FileNotFoundError:
            return False
        return True

    async def iter(self, prefix: str) -> AsyncIterator[Stored]:
        """All files below a prefix, sorted by hash; one folder at a time is read."""
        folder = self._folder(prefix)
        for part in await to_thread.run_sync(_list_folders, folder):
            for stored in await to_thread.run_sync(_list_files, part):
                yield stored

    async def sweep(self, *, older_than_seconds: float = 86_400) -> int:
        """Delete temporary files that a crash has left behind; gives their number."""
        return await to_thread.run_sync(_sweep, self.root / _TEMPORARY, time.time() - older_than_seconds)

    def _folder(self, prefix: str) -> Path:
        if not _PREFIX.fullmatch(prefix):
            raise ValueError("a prefix has letters, digits, - and _ only")
        return self.root / prefix

    def _path(self, prefix: str, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 in lower-case hex")
        return self._folder(prefix) / sha256[:2] / sha256[2:]

    async def _put_stream(self, folder: Path, chunks: AsyncIterable[bytes], max_bytes: int | None) -> Stored:
        temporary = await to_thread.run_sync(_make_temporary, self.root)
        try:
            with await to_thread.run_sync(temporary.open, "wb") as file:
                digest, size = hashlib.sha256(), 0
                async for chunk in chunks:
                    size += len(chunk)
                    if max_bytes is not None and size > max_bytes:
                        raise FileTooLargeError(f"more than {max_bytes} bytes")
                    digest.update(chunk)
                    await to_thread.run_sync(file.write, chunk)
                await to_thread.run_sync(_sync_file, file)
            stored = Stored(digest.hexdigest(), size)
            await to_thread.run_sync(_move_into_place, temporary, folder, stored.sha256)
        finally:
            # A cancelled request must not leave its half behind; a cancelled task may not wait for a thread.
            temporary.unlink(missing_ok=True)
        return stored


def _put_bytes(root: Path, folder: Path, data: bytes) -> Stored:
    stored = Stored(hashlib.sha256(data).hexdigest(), len(data))
    temporary = _make_temporary(root)
    try:
        with temporary.open("wb") as file:
            file.write(data)
            _sync_file(file)
        _move_into_place(temporary, folder, stored.sha256)
    finally:
        temporary.unlink(missing_ok=True)
    return stored


def _make_temporary(root: Path) -> Path:
    folder = root / _TEMPORARY
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / secrets.token_hex(16)


def _sync_file(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _move_into_place(temporary: Path, folder: Path, sha256: str) -> None:
    target = folder / sha256[:2] / sha256[2:]
    created = [path for path in (target.parent, folder) if not path.exists()]
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Renaming over an equal file is harmless, and makes its time new for whoever sweeps unused files.
    temporary.replace(target)
    for path in [target.parent, *(p.parent for p in created)]:
        _sync_folder(path)


def _sync_folder(path: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _list_folders(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []


def _list_files(folder: Path) -> list[Stored]:
    return [Stored(folder.name + path.name, path.stat().st_size) for path in sorted(folder.iterdir())]


def _sweep(folder: Path, before: float) -> int:
    old = [p for p in folder.iterdir() if p.stat().st_mtime < before] if folder.is_dir() else []
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
