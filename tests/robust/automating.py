"""What automation leaves behind in a workspace: promises, a queue, a hand-over, an alert, a rehearsal, a broadcast."""

from datetime import timedelta
from typing import Any

from parley.automation.alerts.raising import raise_alert
from tests.support.app import body_of


async def set_up(place: Any, call: Any) -> None:
    """A macro with a file, an SLA, a rule that waits, how an agent and a team take work; before anybody writes."""
    ids, marker = place.ids, place.marker
    files = {"file": (f"{marker} guide.txt", f"{marker} guide".encode(), "text/plain")}
    uploaded = await place.owner.post("/api/v1/files", files=files)
    assert uploaded.status_code == 201, uploaded.text
    texts = {"en": f"<p>{marker}</p>"}
    macro = {"name": marker, "texts": texts, "files": [{"id": body_of(uploaded)["id"]}]}
    ids["macro_id"] = (await call(place, "/api/v1/macros", macro))["id"]
    waiting = {
        "when": "waited",
        "wait": {"anchor": "opened", "minutes": 6000},
        "then": [{"act": "tag", "tag_ids": [ids["tag_id"]]}],
    }
    await call(place, "/api/v1/rules", {"name": f"{marker} waits", "rule": waiting, "enabled": True})
    targets = {"first_reply": 60, "next_reply": 30, "resolution": 480}
    sla = {"name": f"{marker} SLA", "sla": {"targets": targets, "hours": None}}
    ids["sla_id"] = (await call(place, "/api/v1/slas", sla))["id"]
    await call(
        place, f"/api/v1/routing/agents/{ids['agent_id']}", {"capacity": 5, "languages": ["en"]}, method="PUT"
    )
    await call(place, f"/api/v1/routing/teams/{ids['team_id']}", {}, method="PUT")


async def leave_behind(place: Any, call: Any) -> None:
    """A hand-over, an alert, a personal agent, a rehearsal and a broadcast; when the agent holds a conversation."""
    ids = place.ids
    await call(
        place, f"/api/v1/customers/{ids['customer_id']}/agent", {"agent_id": ids["agent_id"]}, method="PUT"
    )
    note = {"agent_id": ids["agent_id"], "note": f"{place.marker} goes home", "leave": False}
    ids["handover_id"] = (await call(place, "/api/v1/handovers", note))["handover"]["id"]
    about = {"conversation_id": ids["conversation_id"], "message_id": ids["message_id"], "kind": "furious"}
    async with place.runtime.ctx(place.workspace_id) as ctx:
        said = {"text": f"{place.marker} look"}
        ids["alert_id"] = (await raise_alert(ctx, {**about, **said}, "robust"))["alert_id"]
        now = ctx.now
    period = {"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat()}
    rehearsal = {"title": f"{place.marker} tries", "change": {"routing": {"limit": 9}}, **period}
    ids["rehearsal_id"] = (await call(place, "/api/v1/rehearsals", rehearsal))["id"]
    broadcast = {
        "name": f"{place.marker} tells",
        "selection": {"ids": [ids["conversation_id"]]},
        "texts": {"fallback": "en", "languages": {"en": {"html": f"<p>{place.marker}</p>"}}},
    }
    ids["broadcast_id"] = (await call(place, "/api/v1/broadcasts", broadcast))["id"]
    told = f"/api/v1/broadcasts/{ids['broadcast_id']}"
    digest = (await call(place, f"{told}/preview", {}))["digest"]
    await call(place, f"{told}/start", {"digest": digest})
    used: dict[str, Any] = {"acts": []}
    await call(place, f"/api/v1/conversations/{ids['conversation_id']}/macros/{ids['macro_id']}/apply", used)
