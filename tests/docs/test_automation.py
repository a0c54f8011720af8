"""The page about automation is true: its examples are taken by the product, its code runs, what it names is there."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from parley.accounts.actions.workspaces import create_workspace
from parley.app.build import build_runtime
from parley.app.settings import Settings
from parley.app.slices import SLICES
from parley.automation.rules.model import parse_rule
from parley.automation.rules.saving import create_rule
from parley.kit.clock import FixedClock
from parley.kit.conditions.catalogue import Subject
from parley.kit.conditions.sheet import Sheet
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime
from parley.rehearsal.running import rehearse
from tests.conftest import OneConnection

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/automation.md").read_text(encoding="utf-8")


def read_examples(language: str) -> list[str]:
    """Gives the examples of the page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture
def runtime(db: OneConnection, clock: FixedClock, tmp_path: Path) -> Runtime:
    """The product, with what the page's slice adds."""
    built = build_runtime(db, Settings(data=tmp_path), SLICES, clock=clock)
    (program,) = read_examples("python")
    names: dict[str, Any] = {}
    exec(compile(program, "docs/automation.md", "exec"), names)
    names["register"](built)
    return built


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_rule_and_change_are_taken(runtime: Runtime, clock: FixedClock) -> None:
    rule, change = (json.loads(text) for text in read_examples("json"))
    async with runtime.ctx(uuid7()) as ctx:
        await create_workspace(ctx, name="Alder")
        await ctx.flush()
        await create_rule(ctx, runtime.catalogue, rule["name"], rule["rule"], enabled=rule["enabled"])
        report = await rehearse(ctx, runtime.decisions, change, clock.now() - timedelta(days=1), clock.now())
    assert (report["about"]["rules"]["rules_before"], report["about"]["rules"]["rules_after"]) == (1, 2)
    await runtime.http.close()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_what_a_slice_adds_can_be_used_at_once(runtime: Runtime) -> None:
    body = {
        "when": "club_rated",
        "if": {"field": "club.since", "op": "at_least", "value": 2020},
        "then": [{"act": "thank_member", "words": "One of us."}],
    }
    rule = parse_rule(body, runtime.catalogue, uuid7(), 1, "Members")
    conversation = uuid7()
    form = runtime.catalogue.acts["thank_member"]
    (act,) = form.plan(rule.acts[0].args, Sheet({}, runtime.clock.now()), {"conversation": conversation})
    assert (act.name, act.args["conversation_id"]) == ("add_note", str(conversation))
    assert act.name in runtime.decisions.acts
    fields = {field.name for field in runtime.catalogue.fields_for("club_rated")}
    assert fields >= {"club.since", "customer.vip"}
    somebody = Subject(cast(Any, None), cast(Any, None), runtime.clock.now())
    somebody.ids["customer"] = uuid7()
    async with runtime.ctx(uuid7()) as ctx:
        await runtime.catalogue.sections["club"].load(ctx, [somebody])
    assert somebody.values == {"club.since": None}
    await runtime.http.close()


def test_what_the_page_names_is_there() -> None:
    for path in set(re.findall(r"`(parley/[\w/.]+)`", PAGE)):
        assert (ROOT / path).exists(), path
    for path in set(re.findall(r"\]\(([\w/.-]+\.md)\)", PAGE)):
        assert (ROOT / "docs" / path).exists(), path
    described = (ROOT / "web/client/openapi.json").read_text(encoding="utf-8")
    for path in set(re.findall(r"`(?:POST|GET) (/api/v1/[\w/{}-]+)`", PAGE)):
        assert path.partition("{")[0] in described, path
