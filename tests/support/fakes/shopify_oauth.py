"""How the fake Shopify lets an app in: the page where the merchant agrees, and tokens for codes of one use.

Source: Shopify, "Implement authorization code grant"; the signature is held against its published example.
"""

import hmac
import itertools
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from tests.support.fakes.serving import Answer, Request


class Door:
    """An app as it is registered: its id, secret and addresses to come back to; who has been let in."""

    def __init__(self, shop: str, client_id: str, secret: str) -> None:
        self.shop = shop
        self.client_id = client_id
        self.secret = secret
        self.redirects: set[str] = set()
        self.codes: dict[str, str] = {"good-code": "write_orders,read_products"}
        """Codes that nobody has used yet, with the scopes they stand for."""
        self.agrees = True
        self._numbers = itertools.count(1)

    def show(self, request: Request) -> Answer:
        """Answers a browser that comes to agree: the merchant says yes or no at once."""
        asked = request.query
        back = asked.get("redirect_uri", "")
        if asked.get("client_id") != self.client_id or back not in self.redirects:
            return Answer(400, b"Oauth error invalid_request: The redirect_uri is not whitelisted")
        if not asked.get("scope") or not asked.get("state"):
            return Answer(400, b"Oauth error invalid_scope")
        if not self.agrees:
            refusal = {"error": "access_denied", "shop": self.shop, "state": asked["state"]}
            return self._send_back(back, refusal)
        code = f"code-{next(self._numbers)}"
        self.codes[code] = asked["scope"]
        answer = {
            "code": code,
            "host": "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvbG9vbQ",
            "shop": self.shop,
            "state": asked["state"],
            "timestamp": "1795348800",
        }
        return self._send_back(back, answer)

    def sign(self, query: dict[str, str]) -> dict[str, str]:
        """Signs what the browser brings back."""
        message = "&".join(
            f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(query.items())
        )
        return {**query, "hmac": hmac.digest(self.secret.encode(), message.encode(), "sha256").hex()}

    def take(self, form: dict[str, str]) -> str | None:
        """Gives the scopes of a code and uses it up; None for a wrong app or code."""
        if form.get("client_id") != self.client_id or form.get("client_secret") != self.secret:
            return None
        return self.codes.pop(form.get("code", ""), None)

    def _send_back(self, back: str, query: dict[str, str]) -> Answer:
        return Answer(302, headers={"location": f"{back}?{urlencode(self.sign(query))}"})


def read_query(url: str) -> dict[str, str]:
    """Gives the parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
