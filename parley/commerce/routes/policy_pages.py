"""Policies as public pages: tables, calculators, no script, for people and for search engines."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from markupsafe import Markup

from parley.commerce.portal.pages import POLICY, Frame, choose_language, render_page
from parley.commerce.portal.policy_view import (
    calculate_shipping,
    calculate_window,
    clauses_about,
    describe_returns,
    describe_shipping,
    list_countries,
    places_of,
    write_structured,
)
from parley.commerce.portal.sessions import find_shopfront
from parley.commerce.queries.policies import PolicyView, policy_for
from parley.commerce.routes.portal_visit import no_shop
from parley.kit.http.access import PUBLIC
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

AnyRequest = Request[Any, Any, Any]
PAGES = ("shipping", "returns")


@route("GET", "/policies/{shop:str}/{page:str}", PUBLIC, in_schema=False, media_type="text/html")
async def get_policy_page(request: AnyRequest, runtime: Runtime, shop: str, page: str) -> Response[str]:
    """Shows the shipping or the return policy that is in force."""
    asked = request.query_params
    accept = request.headers.get("accept-language")
    async with runtime.db.transaction(None) as tx:
        found = await find_shopfront(tx, shop[:100]) if page in PAGES else None
        policy = await policy_for(tx, found.workspace_id, found.store_id) if found else None
    if found is None or policy is None:
        return no_shop(choose_language(asked.get("language", "")[:35], accept))
    terms = policy.terms
    language = choose_language(asked.get("language", "")[:35], accept, terms.languages)
    path = f"/policies/{found.key}/{page}"
    frame = Frame(
        shop=found.name,
        language=language,
        path=path,
        languages=terms.languages,
        private=policy.version == 0,
        time_zone=terms.processing.time_zone,
    )
    now = runtime.clock.now()
    country, day = asked.get("country", "")[:2], asked.get("day", "")[:10]
    values = _shipping(policy, language) if page == "shipping" else _returns(policy, language)
    if page == "shipping":
        values["result"] = calculate_shipping(terms, country, day, asked.get("line", ""), now)
        values["line"] = asked.get("line", "")[:200]
    else:
        values["result"] = calculate_window(terms, country, day, now)
    html = render_page(
        frame,
        f"policy_{page}.html",
        policy=policy,
        terms=terms,
        countries=list_countries(language),
        wanted_country=country.upper(),
        wanted_day=day,
        today=now.date().isoformat(),
        clauses=clauses_about(terms, page),
        alternates=[
            (one, f"{runtime.settings.origin}{path}?{urlencode({'language': one})}")
            for one in terms.languages
        ],
        canonical=f"{runtime.settings.origin}{path}",
        other=f"/policies/{found.key}/{'returns' if page == 'shipping' else 'shipping'}",
        portal=f"/returns/{found.key}",
        **values,
    )
    headers = {
        "Content-Security-Policy": POLICY,
        "Cache-Control": "public, max-age=300",
        "Vary": "Accept-Language",
        "Content-Language": language,
    }
    return Response(html, media_type="text/html", headers=headers)


def _shipping(policy: PolicyView, language: str) -> dict[str, Any]:
    terms = policy.terms
    data = Markup(write_structured(describe_shipping(terms, language)))  # noqa: S704 - written safely
    options = [(one, *places_of(one.countries, language)) for one in terms.shipping]
    charges = [(one, *places_of(one.countries, language)) for one in terms.charges]
    return {"structured": data, "options": options, "charges": charges}


def _returns(policy: PolicyView, language: str) -> dict[str, Any]:
    data = Markup(write_structured(describe_returns(policy.terms)))  # noqa: S704 - written safely
    return {"structured": data, "places": places_of(policy.terms.returns.countries, language)}


ROUTES = (get_policy_page,)
