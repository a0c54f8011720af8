"""Who is told that a promise falls due soon, or was broken."""

from uuid import UUID

from parley.accounts.actions.notifying import notify_agents
from parley.automation.promises.escalating import find_occasion
from parley.facts.automation import PromiseChanged
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded

# Whoever has the conversation, else the leads of its team; where the team has none, all leads.
LOAD = """
SELECT c.number, c.assignee_id, ARRAY(
  SELECT a.id FROM agents a WHERE a.workspace_id = $1 AND c.assignee_id IS NULL AND a.state = 'active'
    AND a.role IN ('owner', 'admin', 'lead') AND EXISTS (
      SELECT 1 FROM team_members t WHERE t.workspace_id = $1 AND t.team_id = c.team_id AND t.agent_id = a.id)
  ORDER BY a.id LIMIT 100) AS of_team, ARRAY(
  SELECT a.id FROM agents a WHERE a.workspace_id = $1 AND c.assignee_id IS NULL AND a.state = 'active'
    AND a.role = 'lead' ORDER BY a.id LIMIT 100) AS leads
FROM promises p JOIN conversations c ON c.workspace_id = $1 AND c.id = p.conversation_id
WHERE p.workspace_id = $1 AND p.id = $2 AND p.ended_at IS NULL
"""


async def notify_of_promise(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
    """Tells those whom a warned or broken promise concerns, while it still stands; once a fact."""
    occasion = find_occasion(fact)
    if occasion is None or not isinstance(fact, PromiseChanged):
        return
    row = await ctx.tx.fetchrow(LOAD, ctx.workspace_id, fact.promise_id)
    if row is None:
        return
    people: list[UUID] = [row["assignee_id"]] if row["assignee_id"] else row["of_team"] or row["leads"]
    data = {"number": row["number"], "wording": f"sla_{occasion}_{fact.kind}", "due_at": fact.due_at}
    await notify_agents(ctx, people, "sla", fact.conversation_id, None, data, recorded.id)
