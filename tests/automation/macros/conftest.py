"""Macros of a shop, in short."""

from typing import Any

import httpx

from tests.support.app import body_of


async def save(who: httpx.AsyncClient, name: str = "Answer", **values: Any) -> dict[str, Any]:
    """Saves a macro and gives it as the API shows it."""
    given = {"texts": {"en": "<p>Hello {{ customer.first_name | default('there') }}</p>"}, **values}
    answer = await who.post("/api/v1/macros", json={"name": name, **given})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = body_of(answer)
    return found
