"""Connectors that are asked for by name."""

import pytest

from tests.support.app import Shop, body_of


@pytest.mark.parametrize("path", ["/api/v1/stores", "/api/v1/connections"])
async def test_a_connector_that_is_not_there_is_answered_with_those_that_are(shop: Shop, path: str) -> None:
    owner = await shop.signed_in("owner")
    known = [one["slug"] for one in body_of(await owner.get("/api/v1/connectors"))["items"]]
    answer = await owner.post(path, json={"plugin": "nothing", "name": "x"})
    assert answer.status_code == 404
    assert body_of(answer)["detail"] == f"There is no such connector; there are {', '.join(sorted(known))}."
