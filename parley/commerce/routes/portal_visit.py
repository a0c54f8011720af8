"""What all routes of the portal share: the shop of the address, who is signed in, answers as pages."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from parley.commerce.portal.forms import Sent, read_sent
from parley.commerce.portal.pages import POLICY, Frame, choose_language, render_page
from parley.commerce.portal.sessions import LASTS, Shopfront, Shopper, find_shopfront, find_shopper
from parley.commerce.portal.words import catalogue
from parley.kit.errors import ParleyError
from parley.kit.ids import is_same_secret
from parley.kit.log.fact import Actor
from parley.kit.runtime import Runtime
from parley.kit.secrets import SecretError

AnyRequest = Request[Any, Any, Any]
COOKIE = "parley_portal"
LANGUAGE = "parley_language"
FORM_LASTS = timedelta(hours=4)
PURPOSE = "portal.form"
YEAR = 365 * 86_400


class Visit(msgspec.Struct, kw_only=True):
    """One request to a page of the portal."""

    runtime: Any
    request: Any
    shop: Shopfront
    shopper: Shopper | None
    language: str
    path: str

    @property
    def home(self) -> str:
        """Where the portal of this shop begins."""
        return f"/returns/{self.shop.key}"

    @property
    def csrf(self) -> str:
        """What the forms of this page carry: bound to the session, or before there is one to this installation."""
        if self.shopper is not None:
            return self.shopper.csrf
        until = self.runtime.clock.now() + FORM_LASTS
        signed: str = self.runtime.parts["signer"].sign(self.shop.store_id.bytes, PURPOSE, until)
        return signed

    def ctx(self) -> Any:
        """Opens a transaction of the shop's workspace on behalf of a shopper."""
        return self.runtime.ctx(self.shop.workspace_id, Actor("customer"))

    def show(self, template: str, *, status: int = 200, **values: Any) -> Response[str]:
        """Answers with a page."""
        frame = Frame(
            shop=self.shop.name,
            language=self.language,
            path=self.path,
            home=self.home,
            languages=catalogue().languages(),
            signed_in=self.shopper is not None,
            csrf=self.csrf,
            time_zone=self.shop.time_zone,
        )
        values.setdefault("policy", f"/policies/{self.shop.slug}/returns")
        html = render_page(frame, template, **values)
        cookies = (
            [self.cookie(LANGUAGE, self.language, YEAR)] if "language" in self.request.query_params else []
        )
        return Response(
            html,
            status_code=status,
            media_type="text/html",
            headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"},
            cookies=cookies,
        )

    def go(self, path: str = "", cookies: list[Cookie] | None = None) -> Redirect:
        """Sends the browser to a page of this portal."""
        return Redirect(
            self.home + path, status_code=303, cookies=cookies, headers={"Cache-Control": "no-store"}
        )

    def cookie(self, name: str, value: str, seconds: int) -> Cookie:
        """Makes a cookie for the portal's pages only; an empty value removes it."""
        return Cookie(
            key=name,
            value=value,
            path="/returns",
            max_age=seconds if value else 0,
            httponly=True,
            samesite="lax",
            secure=self.request.url.scheme == "https",
        )

    def sign_in(self, token: str) -> Redirect:
        """Sends somebody who has proved himself to his orders."""
        return self.go(cookies=[self.cookie(COOKIE, token, int(LASTS.total_seconds()))])

    async def read_form(self) -> Sent | None:
        """Reads the form that was sent; None when it does not come from a page of ours."""
        try:
            sent = read_sent(self.request.headers.get("content-type", ""), await self.request.body())
        except ParleyError:
            return None
        site = self.request.headers.get("sec-fetch-site", "same-origin")
        return sent if site in ("same-origin", "none") and self._is_ours(sent.get("csrf")) else None

    def _is_ours(self, token: str) -> bool:
        if self.shopper is not None:
            return is_same_secret(token, self.shopper.csrf)
        try:
            data = self.runtime.parts["signer"].verify(token, PURPOSE, self.runtime.clock.now())
        except (SecretError, ValueError):
            return False
        return bool(data == self.shop.store_id.bytes)

    def missing(self) -> Response[str]:
        """Answers that there is no such page, for what belongs to others as well."""
        return self.show("message.html", status=404, problem="missing")

    def stale(self) -> Response[str]:
        """Answers that the form was not one of this page."""
        return self.show("message.html", status=403, problem="stale")

    def may_see(self, row: Any) -> bool:
        """Says whether an order (id, store_id, email_key, deleted_at) belongs to whoever is signed in."""
        me = self.shopper
        if me is None or row is None or row["store_id"] != self.shop.store_id or row["deleted_at"]:
            return False
        if me.order_id is not None:
            return bool(row["id"] == me.order_id)
        return bool(row["email_key"] == me.email_key)


async def open_visit(request: AnyRequest, runtime: Runtime, shop: str) -> Visit | Response[str]:
    """Reads who visits which shop's portal; a page saying so when there is no such shop."""
    asked = request.query_params.get("language") or request.cookies.get(LANGUAGE, "")
    language = choose_language(asked[:35], request.headers.get("accept-language"))
    async with runtime.db.transaction(None) as tx:
        found = await find_shopfront(tx, shop[:100])
    if found is None:
        return no_shop(language)
    visit = Visit(
        runtime=runtime,
        request=request,
        shop=found,
        shopper=None,
        language=language,
        path=request.url.path,
    )
    token = request.cookies.get(COOKIE, "")
    if token:
        async with visit.ctx() as ctx:
            visit.shopper = await find_shopper(ctx, found.store_id, token)
    return visit


def no_shop(language: str) -> Response[str]:
    """Answers that there is no such shop."""
    frame = Frame(shop="Parley", language=language, path="")
    html = render_page(frame, "message.html", problem="missing")
    return Response(
        html,
        status_code=404,
        media_type="text/html",
        headers={"Content-Security-Policy": POLICY},
    )


async def find_own_order(visit: Visit, ctx: Any, order_id: UUID) -> bool:
    """Says whether an order is one that the visitor may see."""
    row = await ctx.tx.fetchrow(
        "SELECT id, store_id, email_key, deleted_at FROM orders WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        order_id,
    )
    return visit.may_see(row)
