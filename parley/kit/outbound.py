"""HTTP to the outside: only to public addresses, bounded in time and size, with three kinds of failure.

The address is checked at the moment of connecting and the connection goes to that very address, so a name that
resolves differently a second time (DNS rebinding) gains nothing; TLS and the Host header keep the name.
"""

import asyncio
import json as jsonlib
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import anyio
import httpcore
import httpx

from parley.kit.addresses import AllowList, parse_allow_list
from parley.kit.clock import Clock, SystemClock
from parley.kit.failures import Failure, Misconfigured, Refused, Retry
from parley.kit.linewise import bound_pieces, split_lines

Resolver = Callable[[str, int], Awaitable[list[str]]]

MAX_BYTES = 10_000_000
MAX_DOWNLOAD = 50_000_000_000
MAX_LINE = 10_000_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_READS = frozenset({"GET", "HEAD"})
_MAX_RETRY_AFTER = timedelta(days=1)
# After these the request has certainly not been carried out.
_NOT_DONE = frozenset({408, 425, 429, 503})
_FINAL_URL = "parley.url"
_FOR_ALL = frozenset({"accept", "accept-encoding", "accept-language", "user-agent"})


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds allowed for connecting (name look-up included), for each silence, and for everything together."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 30.0


@dataclass(frozen=True, slots=True)
class OutboundResponse:
    """An answer, read to its end: status, headers (case does not matter), body, and the final URL."""

    status: int
    headers: httpx.Headers
    body: bytes
    url: str

    def text(self) -> str:
        """The body as UTF-8, broken bytes replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body read as JSON; raises Refused when it is none."""
        try:
            return jsonlib.loads(self.body)
        except ValueError as error:
            raise Refused("the answer is not JSON") from error


class _BlockedError(Exception):
    """A host has no address that may be called."""


class OutboundClient:
    """Calls other servers; one per process, safe to share: it keeps connections, but no cookies and no secrets.

    `allow` names networks and hosts that may be called although they are not public (`127.0.0.1`, `10.0.0.0/8`,
    `minio.internal`). Proxies from the environment are not used, since they would resolve names by themselves.
    """

    def __init__(
        self,
        *,
        allow: Iterable[str] = (),
        times: Times | None = None,
        user_agent: str = "Parley",
        clock: Clock | None = None,
        resolve: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._times = times or Times()
        self._user_agent = user_agent
        self._clock = clock or SystemClock()
        self.allow = parse_allow_list(allow)
        backend = _GuardedBackend(self.allow, resolve or resolve_host)
        self._transport = _GuardedTransport(backend, tls or httpx.create_ssl_context(trust_env=False))

    async def request(  # noqa: PLR0913 - a request has this many parts, all but two optional
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
        times: Times | None = None,
        max_bytes: int = MAX_BYTES,
        max_redirects: int = 3,
    ) -> OutboundResponse:
        """Send a request and read the answer of at most `max_bytes` bytes.

        Gives answers below 400 and those with a status in `accept`. Redirects of GET and HEAD are followed, each
        checked anew, without secrets to another origin and never from https to http.

        Raises Retry (no connection, time-out, 408, 425, 429, 5xx; `uncertain` when the request may have been
        carried out), Misconfigured ("url": not to be called, bad certificate; "credentials": 401, 403, 407) and
        Refused (all else).
        """
        sending = _build_request(
            method, url, params, {"user-agent": self._user_agent, **(headers or {})}, content, json, form
        )
        times = times or self._times
        with _named_failures(may_repeat=sending.method in _READS):
            async with asyncio.timeout(times.total):
                response = await self._read(sending, times, max_bytes, max_redirects)
        if response.status >= 400 and response.status not in accept:
            raise classify_status(response.status, response.headers, self._clock.now())
        return response

    async def stream_lines(
        self,
        url: str,
        *,
        start: int = 0,
        headers: Mapping[str, str] | None = None,
        times: Times | None = None,
        max_bytes: int = MAX_DOWNLOAD,
        max_line: int = MAX_LINE,
    ) -> AsyncIterator[tuple[int, bytes]]:
        """Gets a long text line by line from byte `start` on, holding no more than a line and a piece in memory.

        Gives each line without its end, and the offset in bytes behind it, from which it can be gone on with. A
        server that does not know ranges (RFC 9110, 14.2) is read from its beginning. Raises as `request` does;
        `times.total` is looked at between pieces and is an hour by default.
        """
        times = times or Times(total=3600.0)
        asked = {"user-agent": self._user_agent, **(headers or {}), "accept-encoding": "identity"}
        if start:
            asked["range"] = f"bytes={start}-"
        sending = _build_request("GET", url, None, asked, None, None, None)
        with _named_failures(may_repeat=True):
            async with asyncio.timeout(times.connect + times.read):
                response = await self._follow(sending, times, 3)
            try:
                if response.status_code >= 400:
                    raise classify_status(response.status_code, response.headers, self._clock.now())
                skip = 0 if response.status_code == 206 else start
                pieces = bound_pieces(response, max_bytes, times.total)
                async for offset, line in split_lines(pieces, skip, start - skip, max_line):
                    yield offset, line
            finally:
                await response.aclose()

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def _read(
        self, request: httpx.Request, times: Times, max_bytes: int, max_redirects: int
    ) -> OutboundResponse:
        response = await self._follow(request, times, max_redirects)
        try:
            body = await _read_body(response, max_bytes) if request.method != "HEAD" else b""
        finally:
            await response.aclose()
        return OutboundResponse(
            response.status_code, response.headers, body, response.extensions[_FINAL_URL].decode()
        )

    async def _follow(self, request: httpx.Request, times: Times, max_redirects: int) -> httpx.Response:
        """Gives the open answer at the end of the redirects; the caller reads and closes it."""
        for _ in range(max_redirects + 1):
            response = await self._open(request, times)
            location = response.headers.get("location")
            if response.status_code not in _REDIRECTS or location is None:
                return response
            await response.aclose()
            if request.method not in _READS:
                raise Refused(
                    f"the server redirects ({response.status_code}), which a {request.method} does not follow"
                )
            request = _redirected(request, location)
        raise Refused("the server redirects too often")

    async def _open(self, request: httpx.Request, times: Times) -> httpx.Response:
        timeout = httpx.Timeout(times.read, connect=times.connect, pool=times.total)
        request.extensions = {**request.extensions, "timeout": timeout.as_dict()}
        response = await self._transport.handle_async_request(request)
        response.extensions = {**response.extensions, _FINAL_URL: str(request.url).encode()}
        return response


async def resolve_host(host: str, port: int) -> list[str]:
    """The addresses of a host name, from the system's resolver; raises OSError."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def classify_status(status: int, headers: Mapping[str, str], now: datetime) -> Failure:
    """The failure that an answer of 400 and above means."""
    reason = f"the server answered {status}"
    if status in _NOT_DONE or (status >= 500 and status not in {501, 505}):
        after = parse_retry_after(headers.get("retry-after"), now)
        return Retry(after, reason, uncertain=status not in _NOT_DONE)
    if status in {401, 403, 407}:
        return Misconfigured("credentials", reason)
    return Refused(reason)


def parse_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Seconds or a date in a Retry-After header (RFC 9110, 10.2.3) as a span from now, at most a day."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), _MAX_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max(at - now, timedelta(0)), _MAX_RETRY_AFTER)


def _build_request(
    method: str,
    url: str,
    params: Mapping[str, str] | None,
    headers: Mapping[str, str],
    content: bytes | None,
    json: Any,
    form: Mapping[str, str] | None,
) -> httpx.Request:
    try:
        parsed = httpx.URL(url)
        if params:
            parsed = parsed.copy_merge_params(dict(params))
        _check_url(parsed)
        return httpx.Request(
            method.upper(),
            parsed,
            headers={"accept": "*/*", "accept-encoding": "gzip", **headers},
            content=content,
            json=json,
            data=form,
        )
    except httpx.InvalidURL as error:
        raise Misconfigured("url", "not a valid address") from error


def _check_url(url: httpx.URL) -> None:
    if url.scheme not in {"http", "https"} or not url.host or not 0 < (url.port or 80) <= 65_535:
        raise Misconfigured("url", "not an http or https address")
    if url.userinfo:
        raise Misconfigured("url", "an address must not contain a user name or password")


def _redirected(request: httpx.Request, location: str) -> httpx.Request:
    try:
        url = request.url.join(location)
        _check_url(url)
    except (httpx.InvalidURL, Misconfigured) as error:
        raise Refused("the server redirects to something that cannot be called") from error
    if request.url.scheme == "https" and url.scheme != "https":
        raise Refused("the server redirects from https to http")
    same_origin = (url.scheme, url.host, url.port) == (request.url.scheme, request.url.host, request.url.port)
    headers = {
        name: value
        for name, value in request.headers.items()
        if name in _FOR_ALL or (same_origin and name not in {"host", "content-length", "transfer-encoding"})
    }
    return httpx.Request(request.method, url, headers=headers)


async def _read_body(response: httpx.Response, max_bytes: int) -> bytes:
    """The decoded body; both what is sent and what it unpacks to are held to `max_bytes`."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "", "gzip", "x-gzip"}:
        raise Refused(f"the answer is packed in an unknown way ({encoding[:40]})")
    unpack = zlib.decompressobj(wbits=31) if encoding.endswith("gzip") else None
    body, received = bytearray(), 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        try:
            body += unpack.decompress(chunk, max_bytes + 1 - len(body)) if unpack else chunk
        except zlib.error as error:
            raise Refused("the answer is packed wrongly") from error
        if max(len(body), received) > max_bytes:
            raise Refused(f"the answer is longer than {max_bytes} bytes")
    if unpack and received and not unpack.eof:
        raise Refused("the answer is packed wrongly")
    return bytes(body)


@contextmanager
def _named_failures(*, may_repeat: bool) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise Retry(None, "the server took too long", uncertain=not may_repeat) from error
    except _BlockedError as error:
        raise Misconfigured("url", str(error)) from error
    except (httpx.HTTPError, OSError) as error:
        raise _failure_of(error, may_repeat=may_repeat) from error


def _failure_of(error: Exception, *, may_repeat: bool) -> Failure:
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL | httpx.LocalProtocolError):
        return Misconfigured("url", "the request cannot be sent as it is")
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Misconfigured("url", f"the server's certificate is not accepted: {cause.verify_message}")
        cause = cause.__cause__ or cause.__context__
    not_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | OSError)
    reason = "no connection to the server" if not_sent else "the connection broke or the answer did not come"
    return Retry(None, reason, uncertain=not (not_sent or may_repeat))


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to addresses that have been looked at, and to no others."""

    def __init__(self, allow: AllowList, resolve: Resolver) -> None:
        self._allow = allow
        self._resolve = resolve
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            with anyio.fail_after(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("name look-up") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("name look-up") from error
        permitted = [a for a in addresses if self._allow.may_connect(host, a)]
        if not permitted:
            raise _BlockedError(f"{host} is not a public address")
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in permitted:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002 - given by the interface
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        raise _BlockedError(f"{path} is not a public address")

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)


class _GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool whose connections are guarded."""

    def __init__(self, backend: _GuardedBackend, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls, trust_env=False)
        # httpx has no argument for the network backend; httpcore has.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=backend,
        )
