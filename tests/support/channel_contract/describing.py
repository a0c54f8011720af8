"""What a plug-in says about itself is complete, and its settings survive the way to the screen and back."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from parley.channels.ports import Adapter
from parley.channels.specimens import find_folder, find_package
from parley.kit.errors import Invalid
from parley.kit.plugins import describe_settings, read_settings, secret_names
from tests.support.app import body_of
from tests.support.channel_contract.stage import TrialStage

CATALOGUES = Path(__file__).parent.parent.parent.parent / "web" / "desk" / "locales"
SECRET = re.compile(r"(^|_)(secret|password|token|key)$")
DRAWN = {"checkbox": bool, "number": int, "select": str, "list": list, "map": dict, "text": str}
# Connecting the mailbox fills it in; the form leaves it out.
NOT_DRAWN = {"oauth_refresh_token"}
WRONG: dict[str, Any] = {
    "checkbox": "perhaps",
    "number": "many",
    "select": "neither",
    "list": 5,
    "map": 5,
    "text": [],
}


def is_ours(adapter: Adapter) -> bool:
    """Says whether a plug-in lives in this project, whose catalogues then have its words."""
    return find_package(adapter).startswith("parley.")


async def check_manifest(stage: TrialStage) -> None:
    """Slug, words and capabilities are there and agree with each other; payloads and README lie in the folder."""
    manifest, can = stage.manifest, stage.manifest.capabilities
    assert re.fullmatch(r"[a-z][a-z0-9_]{1,39}", manifest.slug)
    assert re.fullmatch(r"[a-z][a-z0-9_]{1,19}", manifest.kind)
    assert manifest.title.strip() == manifest.title != ""
    assert manifest.description.endswith(".")
    assert can.sends or can.receives
    assert 0 <= can.undo_seconds <= 60
    assert can.max_length > 0
    assert not (can.instant and can.undo_seconds), "what has arrived at once cannot be taken back"
    folder = find_folder(stage.adapter)
    assert (folder / "README.md").is_file(), "say in README.md what to create at the vendor"
    if can.receives:
        assert len(stage.specimen.recorded) >= 2, "one payload is too few to tell first from next"
        assert any((folder / "recorded").iterdir())
        assert len({one.name for one in stage.specimen.recorded}) == len(stage.specimen.recorded)
    if is_ours(stage.adapter):
        assert folder.name == manifest.slug


async def check_words(stage: TrialStage) -> None:
    """Every language of the desk has the plug-in's words; somebody else's plug-in brings its own in the manifest."""
    fields = [field for field in describe_settings(stage.manifest) if field.name not in NOT_DRAWN]
    for field in fields:
        assert field.label not in ("", field.name), f"{field.name} needs a title"
    if not is_ours(stage.adapter):
        return
    slug = stage.manifest.slug
    wanted = {f"plugin.{slug}", f"plugin_text.{slug}"} | {f"setting.{field.name}" for field in fields}
    catalogues = sorted(CATALOGUES.glob("*.json"))
    assert len(catalogues) >= 2
    for path in catalogues:
        assert wanted - set(msgspec.json.decode(path.read_bytes())) == set(), path.name


async def check_form(stage: TrialStage) -> None:
    """The form draws every field of the settings, and its values are read into them; a wrong one is named."""
    fields = describe_settings(stage.manifest)
    assert [field.name for field in fields] == list(stage.manifest.settings.__struct_fields__)
    defaults = {field.name: field.default for field in fields if not field.required}
    given = {**defaults, **stage.secrets(), **stage.other.settings}
    settings = read_settings(stage.manifest, given)
    assert msgspec.to_builtins(settings) == given
    assert msgspec.to_builtins(read_settings(stage.manifest, {**stage.other.settings})).keys() == given.keys()
    for field in fields:
        assert isinstance(given[field.name], DRAWN[field.type]), f"{field.name} cannot be drawn"
        assert bool(field.options or field.options_from) is (field.type == "select")
        assert field.secret or not SECRET.search(field.name), f"{field.name} is not marked as secret"
        with pytest.raises(Invalid) as failure:
            read_settings(stage.manifest, {**given, field.name: WRONG[field.type]})
        assert field.name in failure.value.detail
        answer = await stage.change(**{field.name: WRONG[field.type]})
        assert answer.status_code == 422, f"{field.name}: {answer.text}"
    kinds = body_of(await stage.admin.get("/api/v1/channel-kinds"))["items"]
    (shown,) = [kind for kind in kinds if kind["slug"] == stage.manifest.slug]
    assert [field["name"] for field in shown["fields"]] == [field.name for field in fields]


async def check_secrets(stage: TrialStage) -> None:
    """Secrets are stored encrypted, are never given back, and stay when the form sends them empty."""
    names = secret_names(stage.manifest)
    given = {**stage.secrets(), **{k: v for k, v in stage.other.settings.items() if k in names}}
    values = {value for value in given.values() if value}
    rows = await stage.rows(
        "SELECT settings::text AS settings, secrets FROM channels WHERE workspace_id = $1 AND id = $2",
        stage.channel_id,
    )
    (first,) = [field.name for field in describe_settings(stage.manifest) if not field.secret][:1]
    settings = msgspec.to_builtins((await stage.channel()).settings)
    changed = await stage.change(**{first: settings[first]}, **dict.fromkeys(names, ""))
    assert changed.status_code == 200, changed.text
    told = await stage.rows("SELECT data::text AS data FROM facts WHERE workspace_id = $1")
    seen = [
        stage.added,
        changed.text,
        (await stage.admin.get("/api/v1/channels")).text,
        str(await stage.view()),
        rows[0]["settings"],
        (rows[0]["secrets"] or b"").decode("latin-1"),
        str(told),
    ]
    for value in values:
        assert not any(value in text for text in seen)
    assert set((await stage.view())["secrets_set"]) == {name for name in given if given[name]}
    assert bool(rows[0]["secrets"]) is bool(values)
    kept = msgspec.to_builtins((await stage.channel()).settings)
    assert {name: kept[name] for name in names} == given


async def check_connection_test(stage: TrialStage) -> None:
    """The connection test says yes when all is well, and afterwards no without a secret in its words."""
    path = f"/api/v1/channels/{stage.channel_id}/test"
    found = body_of(await stage.admin.post(path))
    assert found["ok"], found
    assert all(step["detail"].strip() for step in found["steps"])
    assert found["steps"]
    if "credentials" in stage.specimen.without:
        return
    await stage.other.change_credentials()
    answer = await stage.admin.post(path)
    assert not body_of(answer)["ok"], answer.text
    secrets = {**stage.secrets(), **stage.other.settings}
    for name in secret_names(stage.manifest):
        assert not secrets[name] or str(secrets[name]) not in answer.text
