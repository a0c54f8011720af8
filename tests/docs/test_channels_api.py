"""The bodies in docs/channels.md are those of the API's description, and each of them makes a channel."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from parley.app.describe import build_openapi
from parley.channels.examples import EXAMPLES
from parley.channels.plugins import load_plugins
from parley.kit.plugins import check_names, describe_settings, read_settings

DOCUMENT = Path(__file__).parents[2] / "docs/channels.md"


def test_the_page_shows_every_body() -> None:
    section = DOCUMENT.read_text(encoding="utf-8").split("## Over the API", 1)[1]
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", section, re.DOTALL)]
    assert shown == list(EXAMPLES.values())


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_body_fits_its_plug_in(name: str) -> None:
    body = EXAMPLES[name]
    manifest = load_plugins()[body["plugin"]].manifest
    check_names(manifest, body["settings"])
    read_settings(manifest, body["settings"])


def test_every_plug_in_of_ours_has_a_body() -> None:
    assert {body["plugin"] for body in EXAMPLES.values()} == set(load_plugins())
    for plugin in load_plugins().values():
        assert all(field.label for field in describe_settings(plugin.manifest))


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return build_openapi()


def test_the_description_shows_the_bodies(described: dict[str, Any]) -> None:
    content = described["paths"]["/api/v1/channels"]["post"]["requestBody"]["content"]["application/json"]
    assert {name: shown["value"] for name, shown in content["examples"].items()} == EXAMPLES


def test_the_description_names_keys_bounds_and_who_may_call(described: dict[str, Any]) -> None:
    paths = described["paths"]
    post = {one["name"]: one for one in paths["/api/v1/conversations"]["post"]["parameters"]}
    assert (post["Idempotency-Key"]["in"], post["Idempotency-Key"]["required"]) == ("header", False)
    bounds = [
        (one["schema"]["minimum"], one["schema"]["maximum"])
        for operations in paths.values()
        for operation in operations.values()
        for one in operation.get("parameters", [])
        if one["name"] == "limit"
    ]
    assert len(bounds) > 20
    assert set(bounds) == {(1, 200)}
    assert described["security"] == [{"token": []}, {"session": []}]
    assert set(described["components"]["securitySchemes"]) == {"token", "session"}
    assert paths["/api/v1/session"]["post"]["security"] == [{}]
    assert all("Idempotency-Key" not in str(one.get("get", {}).get("parameters")) for one in paths.values())
