"""The demo store's first start, cut short and begun again."""

import json
import re
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from parley.app.demo.content import load_conversations
from parley.app.demo.daily import build_daily
from tests.app.installation import Installation
from tests.support.product import ROOT, run_parley

MOODS = {"furious", "negative", "positive", "promoter", "neutral"}
LAST = "Loading the demo store: {n} of {n} conversations"


def assert_read_by_command(shop: Installation) -> None:
    """The demo's store is read and compared by the commands, too, and they end."""
    (store,) = shop.call("GET", "/api/v1/stores").json()["items"]
    found = run_parley("backfill", store["name"], "--data", str(shop.data))
    assert found.returncode == 0, found.stderr
    assert "order: 63 read, 0 new, 0 changed" in found.stdout
    compared = run_parley("reconcile", store["id"], "--json", "--data", str(shop.data))
    assert compared.returncode == 0, compared.stderr
    report = json.loads(compared.stdout)
    assert (report["store"], report["equal"]) == (store["id"], True)
    assert [one["kind"] for one in report["kinds"]] == ["product", "customer", "order", "subscription"]


def test_a_first_start_cut_short_is_begun_again_and_complete(tmp_path: Path) -> None:
    shop = Installation(tmp_path / "demo", env={"PARLEY_DEMO_PASSWORD": "a password of ours"})
    try:
        first = shop.start_without_waiting("up", "--demo")
        first.wait_for("Loading the demo store: 10 of")
        assert first.stop(signal.SIGINT) < 10
        assert first.wait() == 0
        assert not any(line.startswith("Parley runs") for line in first.said)

        second = shop.start("up", "--demo")
        told = load_conversations()
        total = len(told) + len(build_daily(datetime.now(UTC), told))
        assert LAST.format(n=total) in second.said
        desk = second.wait_for("desk ")
        assert desk == f"desk http://localhost:{shop.port}/ demo@parley.example a password of ours"
        shop.token = shop.make_token("all", "demo")
        found = shop.call("GET", "/api/v1/conversations?limit=200").json()
        assert len(found["items"]) == 200, total
        fields = shop.call("GET", "/api/v1/custom-fields").json()["items"]
        assert [field["key"] for field in fields] == ["order_number", "return_reason"]
        (checklist,) = shop.call("GET", "/api/v1/checklists").json()["items"]
        returns = [row["id"] for row in found["items"] if row["custom_fields"].get("return_reason")]
        assert returns
        shown = shop.call("GET", f"/api/v1/conversations/{returns[0]}").json()["checklist"]
        assert shown["checklist_id"] == checklist["id"]
        mailbox = HTMLParser(httpx.get(f"{shop.origin}/demo/mail/").text)
        for link in {str(node.attributes["href"]) for node in mailbox.css("a[href^='/demo']")}:
            assert httpx.get(shop.origin + link, follow_redirects=True).status_code == 200, link
        for path in ("/demo/", "/demo/help", "/", "/widget.js", "/readyz"):
            assert httpx.get(shop.origin + path).status_code == 200, path
        assert_read_by_command(shop)
        look_at_automation(shop)
        try_what_is_documented(shop, tmp_path)
        assert second.stop() < 10
        assert second.complained == []
    finally:
        shop.kill()


def look_at_automation(shop: Installation) -> None:
    """Every page of the automation has something on it; the past itself has set off nothing but what was meant to."""
    rules = shop.call("GET", "/api/v1/rules").json()["items"]
    assert [rule["enabled"] for rule in rules] == [True] * 5 + [False]
    assert [rule["name"] for rule in rules if rule["matched"]] == ["Furious: to a lead at once"]
    checked = shop.call("POST", "/api/v1/rules/check", json={}).json()
    assert checked["complete"]
    assert [one for one in checked["findings"] if one["severity"] == "error"] == []
    assert [sla["name"] for sla in shop.call("GET", "/api/v1/slas").json()["items"]] == ["Chat", "E-mail"]

    newest, *seen = shop.call("GET", "/api/v1/alerts").json()["items"]
    assert (newest["kind"], newest["seen_at"], newest["handled_at"]) == ("furious", None, None)
    assert seen
    assert all(0 < alert["seconds_to_screen"] < 10 and alert["handled_at"] for alert in seen)
    today = datetime.now(UTC)
    assert (today - datetime.fromisoformat(newest["received_at"])) < timedelta(hours=2)

    told = shop.call("GET", "/api/v1/decisions?limit=100").json()["items"]
    assert {decision["decider"] for decision in told} <= {"rules", "order_messages"}
    decisions = [decision for decision in told if decision["decider"] == "rules"]
    done = [act["name"] for decision in decisions for act in decision["acts"]]
    assert len(decisions) == len(seen) + 1
    assert not {"post_message", "reply_macro", "apply_macro"} & set(done), "nobody was answered by a rule"
    talks = shop.call("GET", "/api/v1/conversations?limit=200").json()["items"]
    assert {talk["sentiment"] for talk in talks} >= MOODS
    queued = [talk for talk in talks if talk["language"] == "zh-CN" and talk["assignee_id"] is None]
    assert queued

    end = time.monotonic() + 30
    while (tried := shop.call("GET", "/api/v1/rehearsals").json()["items"][0])["state"] != "done":
        assert time.monotonic() < end, tried
        time.sleep(0.2)
    report = shop.call("GET", f"/api/v1/rehearsals/{tried['id']}").json()["report"]
    assert any(one["before"] == 0 < one["after"] for one in report["fired"])


def try_what_is_documented(shop: Installation, folder: Path) -> None:
    """The command of docs/automation.md with its file, over the last month, beside the running server."""
    page = (ROOT / "docs/automation.md").read_text(encoding="utf-8")
    change = re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL)[1]
    (folder / "change.json").write_text(change, encoding="utf-8")
    (line,) = re.findall(r"^    parley (rehearse .*)$", page, flags=re.MULTILINE)
    today = datetime.now(UTC).date()
    days = {"2026-01-01": str(today - timedelta(days=30)), "2026-02-01": str(today + timedelta(days=1))}
    words = [days.get(word, word) for word in line.split()]
    words[words.index("change.json")] = str(folder / "change.json")
    first, second = (run_parley(*words, "--data", str(shop.data), env=shop.env) for _ in range(2))
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert report["about"]["rules"]["rules_after"] == report["about"]["rules"]["rules_before"] + 1
    assert sum(one["after"] - one["before"] for one in report["fired"]) > 10
    assert first.stdout == second.stdout
