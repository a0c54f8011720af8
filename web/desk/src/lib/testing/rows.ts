import type { ConversationRow, Message, TimelineEvent } from "@parley/client/types";

const AT = "2026-01-01T00:00:00Z";

/** A conversation for tests: everything ordinary but what is given. */
export function makeRow(part: Partial<ConversationRow> = {}): ConversationRow {
  return {
    id: "c1", number: 1, subject: "", status: "open", priority: "normal",
    customer: { id: "p1", name: "Ana", email: "ana@example.com", avatar_colour: "blue", verified: true, blocked: false, vip: false },
    channel: { id: "ch1", kind: "email", name: "Help" }, brand_id: null, assignee_id: null, team_id: null, tags: [], preview: null, unread: false,
    waiting_since: null, promise_due_at: null, promise_kind: null, sentiment: null, intent: null, merged_into_id: null, snoozed_until: null, snoozed_until_reply: false, last_message_at: AT, last_incoming_id: null, created_at: AT, message_count: 1, language: null,
    rating: null, custom_fields: {}, version: 1, ...part,
  };
}

export function makeMessage(part: Partial<Message> = {}): Message {
  return {
    type: "message", id: "m1", conversation_id: "c1", thread_id: "t1", channel_kind: "chat", kind: "message", direction: "in",
    author: { kind: "customer", id: "p1", name: "Ana", avatar_colour: "blue" }, subject: null, html: "<p>hi</p>", text: "hi", quoted_html: null, attachments: [], sender: null,
    to: [], cc: [], bcc: [], state: "received", error: null, undo_until: null, scheduled_for: null, seen_at: null, mentions: [], redacted: false, forwarded_from: null,
    automatic: false, remote_images: 0, has_source: false, omitted: [], omitted_count: 0, cut: false, sender_check: null, decision_id: null, created_at: AT, ...part,
  };
}

export function makeEvent(part: Partial<TimelineEvent> = {}): TimelineEvent {
  return { type: "event", id: "e1", at: AT, kind: "ConversationClosed", actor_kind: "agent", actor_id: "a1", data: {}, decision_id: null, ...part };
}
