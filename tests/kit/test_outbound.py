import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from parley.kit.clock import FixedClock
from parley.kit.failures import Failure, Misconfigured, Refused, Retry
from parley.kit.outbound import OutboundClient, Times, classify_status, parse_retry_after
from tests.kit.outbound_servers import certificate, raw_server, serving

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOCAL = ("127.0.0.1",)
QUICK = Times(connect=1, read=0.3, total=0.6)


@asynccontextmanager
async def client(**options: Any) -> AsyncIterator[OutboundClient]:
    made = OutboundClient(**{"allow": LOCAL, "clock": FixedClock(NOW), **options})
    try:
        yield made
    finally:
        await made.close()


def resolving(*answers: str) -> Callable[[str, int], Awaitable[list[str]]]:
    """A resolver that gives its answers one look-up after the other, the last one for ever."""
    left = list(answers)

    async def resolve(host: str, port: int) -> list[str]:
        return [left.pop(0) if len(left) > 1 else left[0]]

    return resolve


@pytest.fixture(scope="module")
async def port() -> AsyncIterator[int]:
    async with serving() as bound:
        yield bound


async def test_requests_arrive_as_written(port: int) -> None:
    async with client() as http:
        base = f"http://127.0.0.1:{port}/echo"
        plain = await http.request("get", base, params={"a": "ž 1"}, headers={"X-Key": "k"})
        assert plain.status == 200
        assert "'GET', 'a=%C5%BE%201'" in plain.text() or "'GET', 'a=%C5%BE+1'" in plain.text()
        assert "('x-key', 'k')" in plain.text()
        assert "('user-agent', 'Parley')" in plain.text()
        assert plain.url.startswith(base)
        posted = await http.request("POST", base, json={"a": 1})
        assert "('content-type', 'application/json')" in posted.text()
        assert '{"a":1}' in posted.text()
        form = await http.request("POST", base, form={"a": "1 2"})
        assert "b'a=1+2'" in form.text()
        raw = await http.request("PUT", base, content=b"\x00raw")
        assert "b'\\x00raw'" in raw.text()
        head = await http.request("HEAD", f"http://127.0.0.1:{port}/long?5")
        assert (head.status, head.body) == (200, b"")


async def test_answers_unpack_and_are_read_as_json(port: int) -> None:
    async with client() as http:
        packed = await http.request("GET", f"http://127.0.0.1:{port}/gzip?1000")
        assert packed.body == b"x" * 1000
        with pytest.raises(Refused, match="JSON"):
            packed.json()
        with pytest.raises(Refused, match="unknown way"):
            await http.request("GET", f"http://127.0.0.1:{port}/packed?br")
        with pytest.raises(Refused, match="wrongly"):
            await http.request("GET", f"http://127.0.0.1:{port}/packed?gzip")


@pytest.mark.parametrize("path", ["long?100001", "gzip?100001", "gzip?90000000"])
async def test_too_long_answers_are_refused(port: int, path: str) -> None:
    async with client() as http:
        with pytest.raises(Refused, match="longer than 100000"):
            await http.request("GET", f"http://127.0.0.1:{port}/{path}", max_bytes=100_000)


async def test_an_endless_answer_is_cut_off() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async with raw_server(endless) as port, client() as http:
        with pytest.raises(Refused, match="longer"):
            await http.request("GET", f"http://127.0.0.1:{port}/", max_bytes=1_000_000)


@pytest.mark.parametrize(
    "url",
    [
        *[
            "http://127.0.0.1:{port}/echo",
            "http://localhost:{port}/echo",
            "http://[::1]:{port}/",
            "http://0:{port}/",
        ],
        *[
            "http://2130706433:{port}/",
            "http://0x7f.1:{port}/",
            "http://[::ffff:127.0.0.1]:{port}/",
            "http://0.0.0.0/",
        ],
        *[
            "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.1/",
            "http://192.168.0.1/",
            "http://[fe80::1]/",
        ],
    ],
)
async def test_private_addresses_are_not_called(port: int, url: str) -> None:
    async with client(allow=()) as http:
        with pytest.raises(Misconfigured, match="not a public address") as caught:
            await http.request("GET", url.format(port=port))
        assert caught.value.field == "url"


async def test_a_name_that_points_inside_is_not_called(port: int) -> None:
    for address in ("127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "nonsense"):
        async with client(allow=(), resolve=resolving(address)) as http:
            with pytest.raises(Misconfigured, match="public"):
                await http.request("GET", f"http://shop.example:{port}/echo")


async def test_a_name_is_looked_up_once_per_connection_and_that_address_is_called(port: int) -> None:
    rebinding = resolving("127.0.0.1", "127.0.0.2")
    async with client(resolve=rebinding) as http:
        answer = await http.request("GET", f"http://shop.example:{port}/echo")
        assert f"('host', 'shop.example:{port}')" in answer.text()
    async with client(resolve=rebinding) as http:
        with pytest.raises(Misconfigured, match="public"):
            await http.request("GET", f"http://shop.example:{port}/echo")


async def test_the_next_address_is_tried() -> None:
    async def two(host: str, port: int) -> list[str]:
        return ["10.9.9.9", "127.0.0.9", "127.0.0.1"]

    async with serving() as port, client(allow=("127.0.0.0/8",), resolve=two) as http:
        assert (await http.request("GET", f"http://shop.example:{port}/echo")).status == 200


@pytest.mark.parametrize(
    "url",
    [
        *[
            "ftp://a.example/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "//a.example",
            "a.example",
            "",
            "http://",
            "http:///x",
        ],
        *[
            "http://user:pw@a.example/",
            "http://a.example:99999/",
            "http://[::1/",
            "javascript:alert(1)",
            "http://a\nb/",
        ],
    ],
)
async def test_other_addresses_are_a_wrong_setting(url: str) -> None:
    async with client() as http:
        with pytest.raises(Misconfigured) as caught:
            await http.request("GET", url)
        assert caught.value.field == "url"


async def test_redirects_are_followed_and_checked_anew(port: int) -> None:
    base = f"http://127.0.0.1:{port}"
    async with client() as http:
        relative = await http.request("GET", f"{base}/to?/echo", headers={"Authorization": "secret"})
        assert relative.url == f"{base}/echo"
        assert "secret" in relative.text()
        assert "tracked" not in relative.text()
        assert "tracked" not in (await http.request("GET", f"{base}/echo")).text()
        for target in ("http://127.0.0.2/", "http://169.254.169.254/", "http://[::1]/"):
            with pytest.raises(Misconfigured, match="public"):
                await http.request("GET", f"{base}/to?{target}")
        for target in ("file:///etc/passwd", "javascript:x", "http://u:p@a.example/"):
            with pytest.raises(Refused, match="cannot be called"):
                await http.request("GET", f"{base}/to?{target}")
        with pytest.raises(Refused, match="too often"):
            await http.request("GET", f"{base}/to?/to?/to?/to?/echo")
        with pytest.raises(Refused, match="POST does not follow"):
            await http.request("POST", f"{base}/to?/echo")


async def test_no_secret_goes_to_another_origin(port: int) -> None:
    async with serving() as other, client() as http:
        answer = await http.request(
            "GET",
            f"http://127.0.0.1:{port}/to?http://127.0.0.1:{other}/echo",
            headers={"Authorization": "s3", "Cookie": "s3", "X-Api-Key": "s3", "Accept-Language": "sl"},
        )
        assert "s3" not in answer.text()
        assert "('accept-language', 'sl')" in answer.text()
        assert f"127.0.0.1:{other}" in answer.text()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422, 429, 500, 501, 502, 503])
async def test_bad_answers_are_failures_unless_accepted(port: int, status: int) -> None:
    url = f"http://127.0.0.1:{port}/status?{status}"
    async with client() as http:
        with pytest.raises(Failure, match=str(status)):
            await http.request("GET", url)
        assert (await http.request("GET", url, accept={status})).status == status


def test_statuses_are_classified() -> None:
    def kind(status: int) -> type[Failure]:
        return type(classify_status(status, {}, NOW))

    assert {kind(s) for s in (408, 425, 429, 500, 502, 503, 504, 520)} == {Retry}
    assert {kind(s) for s in (401, 403, 407)} == {Misconfigured}
    assert {kind(s) for s in (400, 404, 405, 409, 410, 413, 422, 501, 505)} == {Refused}
    busy, broken = classify_status(429, {"retry-after": "30"}, NOW), classify_status(500, {}, NOW)
    assert isinstance(busy, Retry)
    assert isinstance(broken, Retry)
    assert (busy.after, busy.uncertain) == (timedelta(seconds=30), False)
    assert (broken.after, broken.uncertain) == (None, True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("120", timedelta(seconds=120)),
        ("0", timedelta(0)),
        ("999999999999", timedelta(days=1)),
        ("Sun, 22 Nov 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Sun, 22 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_read(value: str | None, expected: timedelta | None) -> None:
    assert parse_retry_after(value, NOW) == expected


@pytest.mark.parametrize(("method", "uncertain"), [("GET", False), ("POST", True)])
async def test_silence_is_a_retry_that_knows_whether_it_may_have_worked(
    port: int, method: str, uncertain: bool
) -> None:
    async with client(times=QUICK) as http:
        with pytest.raises(Retry) as caught:
            await http.request(method, f"http://127.0.0.1:{port}/slow?2")
        assert caught.value.uncertain is uncertain


async def test_a_trickle_is_stopped_by_the_total_time() -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with raw_server(trickle) as port, client(times=QUICK) as http:
        with pytest.raises(Retry, match="too long"):
            await http.request("GET", f"http://127.0.0.1:{port}/")


async def test_a_broken_connection_is_a_retry() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    async def noise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")

    for handler in (hang_up, half, noise):
        async with raw_server(handler) as port, client() as http:
            with pytest.raises(Retry) as caught:
                await http.request("POST", f"http://127.0.0.1:{port}/", content=b"x")
            assert caught.value.uncertain


async def test_a_closed_port_and_an_unknown_name_are_certain_retries() -> None:
    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        return

    async with raw_server(nothing) as port:
        pass

    async def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    async def hanging(host: str, port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    for options in ({}, {"resolve": unknown}, {"resolve": hanging, "times": Times(connect=0.2)}):
        async with client(**options) as http:
            with pytest.raises(Retry, match="no connection") as caught:
                await http.request("POST", f"http://127.0.0.1:{port}/", content=b"x")
            assert not caught.value.uncertain


async def test_tls_checks_the_name_and_not_the_address(tmp_path: Path) -> None:
    cert_file, key_file = certificate(tmp_path, "shop.example")
    trusting = ssl.create_default_context(cafile=str(cert_file))
    async with serving(ssl_certfile=str(cert_file), ssl_keyfile=str(key_file)) as port:
        async with client(resolve=resolving("127.0.0.1"), tls=trusting) as http:
            answer = await http.request("GET", f"https://shop.example:{port}/echo")
            assert f"('host', 'shop.example:{port}')" in answer.text()
            with pytest.raises(Refused, match="from https to http"):
                await http.request("GET", f"https://shop.example:{port}/to?http://shop.example:{port}/echo")
            for host in ("evil.example", "127.0.0.1"):
                with pytest.raises(Misconfigured, match="certificate"):
                    await http.request("GET", f"https://{host}:{port}/echo")
        async with client(resolve=resolving("127.0.0.1")) as http:
            with pytest.raises(Misconfigured, match="certificate"):
                await http.request("GET", f"https://shop.example:{port}/echo")


async def test_proxies_from_the_environment_are_not_used(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with client() as http:
        assert (await http.request("GET", f"http://127.0.0.1:{port}/echo")).status == 200
