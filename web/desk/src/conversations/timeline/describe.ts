import type { Id, TimelineEvent } from "@parley/client/types";

import { formatUpcoming } from "@/lib/format/time";
import { formatLanguage, formatList } from "@/lib/format/text";
import { t, tName } from "@/lib/i18n/catalogue";

export type Names = { customer: string; agent: (id: Id) => string; team: (id: Id) => string; tag: (id: Id) => string; field: (key: string) => string };

const PRIORITIES = ["low", "normal", "high", "urgent"];

type Changes = Record<string, unknown>;

function asText(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function actorOf(event: TimelineEvent, names: Names): string {
  if (event.actor_kind === "agent" && event.actor_id !== null) return names.agent(event.actor_id);
  return event.actor_kind === "customer" ? names.customer : tName("author", event.actor_kind);
}

function describeAssignment(actor: string, event: TimelineEvent, changes: Changes, names: Names): string {
  const { assignee_id: assignee, team_id: team } = changes;
  if (typeof assignee === "string") {
    if (assignee === event.actor_id) return t("event.took", { actor });
    return typeof team === "string" ? t("event.assigned_team", { actor, name: names.agent(assignee), team: names.team(team) }) : t("event.assigned", { actor, name: names.agent(assignee) });
  }
  if (typeof team === "string") return t("event.team", { actor, team: names.team(team) });
  return t("event.unassigned", { actor });
}

function describeEdit(actor: string, changes: Changes, names: Names): string {
  const { priority, subject, language, custom_fields: fields } = changes;
  const said: string[] = [];
  if (priority !== undefined) said.push(t("event.priority", { actor, priority: tName("priority", typeof priority === "number" ? (PRIORITIES[priority] ?? "normal") : asText(priority)) }));
  if (typeof subject === "string") said.push(t("event.subject", { actor, subject }));
  else if ("subject" in changes || "subject_value_id" in changes) said.push(t("event.subject_changed", { actor }));
  if (typeof language === "string") said.push(t("event.language", { actor, language: formatLanguage(language) }));
  if (fields !== null && typeof fields === "object") said.push(t("event.fields", { actor, names: formatList(Object.keys(fields).map(names.field)) }));
  return said.join(" · ") || t("event.edited", { actor });
}

function describeSnooze(actor: string, changes: Changes): string {
  const until = asText(changes.snoozed_until);
  return until ? t("event.snoozed", { actor, until: formatUpcoming(until) }) : t("event.snoozed_reply", { actor });
}

function listTags(event: TimelineEvent, names: Names): string {
  const ids = event.data.tag_ids;
  return formatList(Array.isArray(ids) ? (ids as Id[]).map(names.tag) : []);
}

/** One line on what happened, in the reader's words. Unknown kinds are told by their name. */
export function describeEvent(event: TimelineEvent, names: Names): string {
  const actor = actorOf(event, names);
  const changes = (event.data.changes ?? {}) as Changes;
  switch (event.kind) {
    case "ConversationAssigned":
      return describeAssignment(actor, event, changes, names);
    case "ConversationEdited":
      return describeEdit(actor, changes, names);
    case "ConversationSnoozed":
      return describeSnooze(actor, changes);
    case "ConversationTagged":
      return t("event.tagged", { actor, tags: listTags(event, names) });
    case "ConversationUntagged":
      return t("event.untagged", { actor, tags: listTags(event, names) });
    case "ConversationRated":
      return t("event.rated", { actor, n: Number(changes.rating ?? 0) });
    case "ConversationJoined":
      return t(event.data.undone === true ? "event.parted" : "event.joined", { actor });
    case "ConversationSplit":
      return event.data.undone === true ? t("event.unsplit", { actor }) : t("event.split", { actor, n: Array.isArray(event.data.message_ids) ? event.data.message_ids.length : 0 });
    case "ConversationOpened":
    case "ThreadStarted":
      return tName("event", event.kind, { actor, channel: tName("channel", asText(event.data.channel_kind)) });
    default:
      return tName("event", event.kind, { actor });
  }
}
