"""A real HTTP server that gives tokens as a provider does, and tells a mail server whose they are."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec


class Provider:
    """What it knows: codes and refresh tokens that are good; what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.codes = {"good-code": "refresh-0"}
        self.refresh_tokens = {"refresh-0"}
        self.access: dict[str, str] = {}
        self.email = "help"
        self.port = 0

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answers one request."""
        url = urlsplit(path)
        if url.path == "/tokeninfo":
            token = parse_qs(url.query).get("access_token", [""])[0]
            known = self.access.get(token)
            return (200, {"email": known, "aud": "us"}) if known else (400, {"error": "invalid_token"})
        self.asked.append(form)
        if form.get("grant_type") == "authorization_code":
            refresh = self.codes.pop(form.get("code", ""), None)
        else:
            given = form.get("refresh_token", "")
            refresh = f"refresh-{len(self.asked)}" if given in self.refresh_tokens else None
        if refresh is None or form.get("client_secret") != "s3cret":
            return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        self.refresh_tokens.add(refresh)
        access = f"access-{len(self.asked)}"
        self.access[access] = self.email
        return 200, {"access_token": access, "refresh_token": refresh, "expires_in": 3600}


@contextmanager
def oauth_provider(port: int = 0) -> Iterator[Provider]:
    """Runs the provider on a port of this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        """Hands requests to the provider."""

        def do_GET(self) -> None:
            """Answers a question about a token."""
            self._answer({})

        def do_POST(self) -> None:
            """Answers a wish for tokens."""
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            status, found = provider.answer(self.path, form)
            data = msgspec.json.encode(found)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by the library
            """Stays silent."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
