"""Servers on this machine for the tests of outbound HTTP: well-behaved, misbehaving, with TLS."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answers with what it was asked, or as the path says."""
    assert scope["type"] == "http"
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            break
    seen = {k.decode(): v.decode() for k, v in scope["headers"]}
    path, query = scope["path"], scope["query_string"].decode()
    status, headers, answer = 200, [], b""
    if path == "/echo":
        answer = repr((scope["method"], query, sorted(seen.items()), body)).encode()
    elif path == "/status":
        status = int(query)
        headers = [(b"retry-after", b"7")]
    elif path == "/to":
        status, headers = 302, [(b"location", query.encode()), (b"set-cookie", b"tracked=yes")]
    elif path == "/gzip":
        headers, answer = [(b"content-encoding", b"gzip")], gzip.compress(b"x" * int(query))
    elif path == "/packed":
        headers, answer = [(b"content-encoding", query.encode())], b"?" * 20
    elif path == "/long":
        answer = b"x" * int(query)
    elif path == "/slow":
        await asyncio.sleep(float(query))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


class _Server(uvicorn.Server):
    """A server inside a test: says when it is ready and leaves the process's signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[int]:
    """Serve `application` on a free port of 127.0.0.1 and give the port."""
    server = _Server(
        uvicorn.Config(application, port=0, log_config=None, lifespan="off", ws="none", **options)
    )
    task = asyncio.create_task(server.serve())
    await server.ready.wait()
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        server.force_exit = True
        await task


@asynccontextmanager
async def raw_server(
    handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(closing, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate for a name and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert_file, key_file
