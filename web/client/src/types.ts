/** The shapes of the HTTP interface below /api/v1, by the names the desk uses. Times are ISO 8601 in UTC, ids are UUIDs. */
export type Id = string;
export type Time = string;
export type Page<T> = { items: T[]; next: string | null };
export type FieldError = { field: string; message: string };
export type ProblemBody = { type?: string; title: string; status: number; detail?: string; code: string; errors?: FieldError[] };

// Accounts
export type Role = "owner" | "admin" | "lead" | "agent" | "collaborator";
export type Agent = {
  id: Id; name: string; email: string; role: Role; state: "active" | "invited" | "disabled"; language: string; time_zone: string; avatar_colour: string;
  presence: string; online: boolean; team_ids: Id[]; totp: boolean; last_seen_at: Time | null; created_at: Time;
};
export type Workspace = { id: Id; name: string; slug: string; language: string; time_zone: string; undo_seconds: number; mask_cards: boolean; require_totp: boolean; created_at: Time };
export type Session = { state: "setup" | "signed_out" | "totp" | "signed_in"; agent: Me | null; workspace: Workspace | null; csrf: string; version: string };
export type EventName = "assigned" | "mentioned" | "reply_in_mine" | "unassigned_new" | "sla" | "failed";
export type QuietHours = { on: boolean; from: string; to: string; days: number[] };
export type NotificationPrefs = {
  desk: boolean; sound: boolean; push: boolean; email: boolean;
  events: Record<EventName, boolean>;
  quiet: QuietHours;
};
export type Passkey = { id: Id; name: string; created_at: Time; last_used_at: Time | null };
export type Permission =
  | "settings:read" | "settings:write" | "agents:read" | "agents:write" | "tokens:write" | "webhooks:write" | "audit:read" | "facts:read" | "work:read" | "work:write"
  | "conversations:read" | "conversations:write" | "conversations:bulk" | "conversations:redact" | "notes:write" | "numbers:read" | "channels:read" | "channels:write"
  | "customers:read" | "customers:write" | "automation:read" | "automation:write";
export type Me = Agent & {
  theme: "system" | "light" | "dark"; signature_html: string; notifications: NotificationPrefs; recovery_codes_left: number; passkeys: Passkey[];
  permissions: Permission[]; must_enrol_totp: boolean;
};
export type OpenSession = { id: Id; user_agent: string; created_at: Time; seen_at: Time; current: boolean };
export type NamedActor = { kind: string; id: Id | null; name: string };
export type Notification = {
  id: Id; agent_id: Id; kind: string; conversation_id: Id | null; conversation_number: number | null; message_id: Id | null; actor: NamedActor; text: string; ways: string[]; at: Time; read: boolean;
};
export type NotificationPage = Page<Notification> & { unread: number };
export type Team = { id: Id; name: string; colour: string; agent_ids: Id[]; archived: boolean };
export type Brand = { id: Id; name: string; logo: string | null; colour: string; signature_html: string; languages: string[]; is_default: boolean; archived: boolean };
export type ApiToken = { id: Id; name: string; hint: string; scopes: string[]; created_by: Id | null; created_at: Time; last_used_at: Time | null; expires_at: Time | null; token?: string | null };
export type Webhook = {
  id: Id; url: string; kinds: string[]; state: "active" | "paused" | "failing"; failures: number; last_error: string; cursor: string; created_at: Time; delivered_at: Time | null;
  failing_since: Time | null; retry_at: Time | null; paused_at: Time | null; secret?: string | null;
};
export type WebhookDelivery = { id: Id; kind: string; fact_id: Id | null; cursor: string; state: string; at: Time; status: number | null; attempts: number; error: string; duration_ms: number | null };
export type AuditEntry = {
  seq: number; at: Time; actor: NamedActor; kind: string; subject_kind: string | null; subject_id: Id | null; address: string | null; data: Record<string, unknown>; hash: string;
};
export type AuditVerdict = { ok: boolean; entries: number; broken_at: number | null };

// Customers
export type CustomerBrief = { id: Id; name: string; email: string | null; avatar_colour: string; verified: boolean; blocked: boolean; vip: boolean };
export type Identity = { id: Id; kind: string; value: string | null; verified: boolean; reason: string; created_at: Time; last_seen: Time | null };
export type CustomerRow = CustomerBrief & { language: string | null; zone: string | null; country: string | null; conversations_count: number; created_at: Time; last_seen: Time | null };
export type Customer = CustomerRow & { notes: string; identities: Identity[]; fields: Record<string, unknown>; blocked_at: Time | null; merged_into_id: Id | null };

// Conversations
export type Status = "open" | "snoozed" | "closed" | "spam";
export type Priority = "low" | "normal" | "high" | "urgent";
export type ChannelBrief = { id: Id; kind: string; name: string };
export type AuthorKind = "customer" | "agent" | "system" | "assistant";
export type ConversationRow = {
  id: Id; number: number; subject: string; status: Status; priority: Priority; customer: CustomerBrief; channel: ChannelBrief; brand_id: Id | null;
  assignee_id: Id | null; team_id: Id | null; tags: Id[]; preview: { text: string; author_kind: AuthorKind; at: Time } | null; unread: boolean;
  waiting_since: Time | null; snoozed_until: Time | null; snoozed_until_reply: boolean; last_message_at: Time; last_incoming_id: Id | null; created_at: Time; message_count: number;
  language: string | null; rating: number | null; custom_fields: Record<string, FieldValue>; version: number;
};
export type Address = { name: string; address: string };
export type Thread = {
  id: Id; channel_id: Id; kind: string; channel_name: string; address: string | null; subject: string | null; participants: Address[]; can_reply: boolean; reason: string | null;
  last_message_at: Time;
};
export type DraftBody = {
  html: string; file_ids: Id[]; kind: "message" | "note"; thread_id: Id | null; to: Address[]; cc: Address[]; bcc: Address[]; subject: string | null;
};
export type Draft = DraftBody & { files?: FileInfo[]; updated_at: Time };
export type Checklist = { id: Id; name: string; intent: string; items: string[]; team_ids: Id[]; archived: boolean };
export type ConversationChecklist = { checklist_id: Id; name: string; items: string[]; done: number[] };
export type Viewer = { agent_id: Id; typing: null | "reply" | "note" };
export type ConversationDetails = {
  conversation: ConversationRow; threads: Thread[]; draft: Draft | null; checklist: ConversationChecklist | null; followers: Id[]; rating_comment: string | null;
};
/** A row and the details of its page as one, as the desk keeps them. */
export type Conversation = ConversationRow & Omit<ConversationDetails, "conversation">;
export type FieldValue = string | number | boolean | null;
export type FileInfo = {
  id: Id; name: string; type: string; size: number; url: string; thumbnail_url: string | null; width: number | null; height: number | null; inline?: boolean;
};
export type MessageState = "received" | "scheduled" | "queued" | "sending" | "sent" | "delivered" | "failed" | "unknown" | "cancelled";
export type Message = {
  type: "message"; id: Id; conversation_id: Id; thread_id: Id | null; channel_kind: string; kind: "message" | "note"; direction: "in" | "out" | "internal";
  author: { kind: AuthorKind; id: Id | null; name: string; avatar_colour: string };
  subject: string | null; html: string; text: string; quoted_html: string | null; attachments: FileInfo[];
  to: Address[]; cc: Address[]; bcc: Address[]; sender: Address | null; state: MessageState; error: string | null; undo_until: Time | null;
  scheduled_for: Time | null; seen_at: Time | null; mentions: Id[]; redacted: boolean; forwarded_from: Address | null; automatic: boolean;
  remote_images: number; has_source: boolean; created_at: Time;
};
export type TimelineEvent = {
  type: "event"; id: Id; at: Time; kind: string; actor_kind: string; actor_id: Id | null; data: Record<string, unknown>; decision_id: Id | null;
};
export type TimelineItem = Message | TimelineEvent;
export type ViewFilter = {
  status?: Status[]; assignee?: string | null; team?: string | null; channel?: Id | null; channel_kind?: string | null; brand?: Id | null; tag?: Id | null; priority?: Priority[];
  customer?: Id | null; language?: string | null; unread?: boolean; waiting?: boolean; mentioned?: boolean; draft?: boolean; created_from?: Time | null; created_to?: Time | null;
};
export type Sort = "newest" | "oldest" | "waiting" | "priority";
export type View = { id: Id; key: string | null; name: string; shared: boolean; position: number; filter: ViewFilter; sort?: Sort; count: number; unread: number };
export type SearchHit = { conversation: ConversationRow; message_id: Id; snippet: string; highlights: number[][]; hits?: number };
export type SearchPage = Page<SearchHit> & { customers: CustomerRow[] };
export type Tag = { id: Id; name: string; colour: string; archived: boolean };
export type CustomField = { id: Id; key: string; label: string; type: "text" | "number" | "select" | "date" | "checkbox"; options: string[]; position: number; archived: boolean };
export type Reason = { key: string; values?: Record<string, string | number | boolean | null> };
export type Decision = {
  id: Id; decider: string; version: number; fact_id: Id; conversation_id: Id | null; at: Time; reasons: Reason[]; facts: Record<string, unknown>;
  acts: { name: string; args: Record<string, unknown> }[]; undone_at: Time | null;
};
export type DeciderSettings = { name: string; version: number; enabled: boolean; values: Record<string, unknown> };

// Channels
export type Channel = {
  id: Id; kind: string; plugin: string; name: string; address: string; brand_id: Id | null; state: "active" | "paused" | "error"; error: string;
  public_key: string; settings: Record<string, unknown>; secrets_set: string[]; capabilities: Capabilities;
};
export type Capabilities = {
  receives: boolean; sends: boolean; instant: boolean; undo_seconds: number; max_length: number; files: boolean; subject: boolean; copies: boolean; typing: boolean; seen: boolean;
};
export type ManifestField = {
  name: string; label: string; type: "text" | "number" | "checkbox" | "select" | "list" | "map"; help: string; required: boolean; secret: boolean; multiline: boolean;
  default: unknown; options: string[]; group: string;
};
export type ChannelKind = { slug: string; kind: string; title: string; description: string; fields: ManifestField[]; capabilities: Capabilities };
export type ChannelTest = { ok: boolean; steps: { name: string; ok: boolean; detail: string }[] };

// Automation
export type HoursPeriod = { day: number; from: string; to: string };
export type BusinessHours = { id: Id; name: string; time_zone: string; periods: HoursPeriod[]; holidays: { date: string; name: string; periods?: { from: string; to: string }[] }[]; is_default: boolean; archived: boolean };

// Insights
export type FailedWork = { id: Id; kind: "job" | "delivery" | "quarantine" | "webhook" | "fact"; title: string; detail: string; at: Time; attempts: number; link: string | null };
export type Numbers = {
  from: string; to: string; zone: string;
  volume: { day: string; received: number; conversations: number; closed: number }[];
  first_reply: { median_seconds: number | null; p90_seconds: number | null; count: number; by_day: { day: string; median_seconds: number | null }[] };
  previous?: { received: number; conversations: number; closed: number; median_seconds: number | null };
  backlog: { view: string; name: string; open: number; oldest: Time | null }[];
  by_channel: { channel_id: Id; name: string; kind: string; conversations: number; median_seconds: number | null }[];
};

// Live
export type Fact = { cursor: string; id: Id; kind: string; at: Time; actor: { kind: string; id: Id | null }; conversation_id: Id | null; data: Record<string, unknown> };
export type ClientFrame =
  | { t: "hello"; after: string | null }
  | { t: "viewing"; conversation: Id | null }
  | { t: "typing"; conversation: Id; on: boolean; kind: "reply" | "note" }
  | { t: "ping" };
/** A row as it comes over the live connection: `unread` is not about this agent and must not be read. */
export type LiveRow = ConversationRow;
export type ChangesFrame = { t: "changes"; cursor: string; facts: Fact[]; conversations: LiveRow[]; messages: Message[] };
export type ServerFrame =
  | { t: "ready"; cursor: string; reset: boolean }
  | ChangesFrame
  | { t: "presence"; conversation: Id; viewers: Viewer[] }
  | { t: "customer_typing"; conversation: Id; on: boolean }
  | { t: "agents"; online: Id[] }
  | { t: "notification"; notification: Notification }
  | { t: "pong" };
