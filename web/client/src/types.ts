/**
 * The shapes of the HTTP interface by the names the desk uses, made from the generated description. Where that says "string"
 * and the words are a closed set, they are named here; a name that the description does not know is an error of the compiler.
 * Times are ISO 8601 in UTC, ids are UUIDs.
 */
import type { components } from "./schema";

type Schemas = components["schemas"];
type Narrow<T, N extends { [K in keyof N]: K extends keyof T ? T[K] : never }> = Omit<T, keyof N> & N;
type All<T> = { [K in keyof T]-?: Exclude<T[K], undefined> };

export type Id = string;
export type Time = string;
export type Page<T> = { items: T[]; next: string | null };
export type FieldError = { field: string; message: string };
export type ProblemBody = { type?: string; title: string; status: number; detail?: string; code: string; errors?: FieldError[] };

// Accounts
export type Role = "owner" | "admin" | "lead" | "agent" | "collaborator";
export type Agent = Narrow<Schemas["Agent"], { role: Role; state: "active" | "invited" | "disabled" }>;
export type Workspace = Schemas["Workspace"];
export type EventName = keyof Schemas["Events"];
export type QuietHours = All<Schemas["QuietHours"]>;
export type NotificationPrefs = { desk: boolean; sound: boolean; push: boolean; email: boolean; events: All<Schemas["Events"]>; quiet: QuietHours };
export type Passkey = Schemas["Passkey"];
export type Permission =
  | "settings:read" | "settings:write" | "agents:read" | "agents:write" | "tokens:write" | "webhooks:write" | "audit:read" | "facts:read" | "work:read" | "work:write"
  | "conversations:read" | "conversations:write" | "conversations:bulk" | "conversations:redact" | "notes:write" | "numbers:read" | "channels:read" | "channels:write"
  | "customers:read" | "customers:write" | "automation:read" | "automation:write" | "macros:write" | "broadcasts:write"
  | "orders:read" | "orders:write" | "orders:approve" | "limits:write" | "stores:read" | "stores:write" | "policies:read" | "policies:write";
export type Theme = "system" | "light" | "dark";
export type Me = Narrow<Schemas["Me"], { role: Role; state: Agent["state"]; theme: Theme; permissions: Permission[]; notifications: NotificationPrefs }>;
export type Session = { state: "setup" | "signed_out" | "totp" | "signed_in"; agent: Me | null; workspace: Workspace | null; csrf: string; version: string };
export type OpenSession = Schemas["OpenSession"];
export type NamedActor = Schemas["NamedActor"];
export type Notification = {
  id: Id; agent_id: Id; kind: string; conversation_id: Id | null; conversation_number: number | null; message_id: Id | null; direct_thread_id: Id | null; actor: NamedActor; text: string; ways: string[];
  at: Time; read: boolean;
};
export type NotificationPage = Page<Notification> & { unread: number };
export type Team = Schemas["Team"];
export type Brand = Schemas["Brand"];
export type ApiToken = Schemas["IssuedToken"];
export type Webhook = Narrow<Schemas["Webhook"], { state: "active" | "paused" | "failing" }>;
export type WebhookDelivery = Schemas["Delivery"];
export type AuditEntry = Schemas["AuditEntry"];
export type AuditVerdict = Schemas["AuditVerdict"];
export type Invited = Narrow<Schemas["Invited"], { agent: Agent }>;

// Customers
export type CustomerBrief = Schemas["CustomerRef"];
export type Identity = Schemas["IdentityView"];
export type CustomerRow = Schemas["CustomerRow"];
export type Customer = Schemas["CustomerDetails"];

// Conversations
export type Status = "open" | "snoozed" | "closed" | "spam";
export type Priority = "low" | "normal" | "high" | "urgent";
export type AuthorKind = "customer" | "agent" | "system" | "assistant";
export type FieldValue = string | number | boolean | null;
type Preview = Narrow<Schemas["Preview"], { author_kind: AuthorKind }>;
export type Alert = Narrow<Schemas["Alert"], { kind: "furious" | "threat" | "urgent" | "attention" }>;
export type AlertNumbers = Schemas["AlertNumbers"];
export type Mood = Schemas["Mood"];
export type ConversationRow = Narrow<Schemas["ConversationRow"], { status: Status; priority: Priority; preview: Preview | null; custom_fields: Record<string, FieldValue> }>;
export type Address = { name: string; address: string };
export type Thread = Schemas["ThreadRef"];
export type DraftBody = { html: string; file_ids: Id[]; kind: "message" | "note"; thread_id: Id | null; to: Address[]; cc: Address[]; bcc: Address[]; subject: string | null };
export type Draft = Narrow<Schemas["DraftView"], { kind: "message" | "note" }> & { files?: FileInfo[] };
export type Checklist = Schemas["Checklist"];
export type ConversationChecklist = Schemas["ChecklistView"];
export type ConversationDetails = Narrow<Schemas["ConversationDetails"], { conversation: ConversationRow; draft: Draft | null }>;
/** A row and the details of its page as one, as the desk keeps them. */
export type Conversation = ConversationRow & Omit<ConversationDetails, "conversation">;
export type FileInfo = Omit<Schemas["FileView"], never> & { inline?: boolean; content_id?: string | null };
export type MessageState = "received" | "scheduled" | "queued" | "sending" | "sent" | "delivered" | "failed" | "unknown" | "cancelled";
type Author = Narrow<Schemas["Author"], { kind: AuthorKind }>;
export type Message = Narrow<
  Schemas["Message"],
  { type: "message"; kind: "message" | "note"; direction: "in" | "out" | "internal"; author: Author; state: MessageState }
>;
export type TimelineEvent = Narrow<Schemas["Event"], { type: "event" }>;
export type TimelineItem = Message | TimelineEvent;
export type Sort = "newest" | "oldest" | "waiting" | "priority" | "due";
export type ViewFilter = Partial<Narrow<Schemas["Filter"], { status?: Status[]; priority?: Priority[] }>>;
export type View = Narrow<Schemas["ViewRow"], { filter: ViewFilter; sort: Sort }>;
export type SearchHit = Narrow<Schemas["SearchHit"], { conversation: ConversationRow }>;
export type SearchPage = Page<SearchHit> & { customers: CustomerRow[]; unknown_operators: string[] };
export type Tag = Schemas["Tag"];
export type CustomField = Narrow<Schemas["CustomField"], { type: "text" | "number" | "select" | "date" | "checkbox" }>;
export type BulkAnswer = Schemas["BulkAnswer"];
export type Reason = { key: string; values?: Record<string, unknown> };
export type DecisionAct = Narrow<Schemas["DecisionActView"], { state: "pending" | "done" | "failed" | "undone" }>;
export type Decision = Narrow<Schemas["DecisionView"], { reasons: Reason[]; acts: DecisionAct[] }>;
export type Undone = Narrow<Schemas["UndoneView"], { decision: Decision }>;

// Channels
export type Capabilities = All<Schemas["Capabilities"]>;
export type Channel = Narrow<Schemas["ChannelView"], { state: "active" | "paused" | "error"; capabilities: Capabilities }>;
export type ManifestField = Omit<Schemas["FormField"], "type"> & { type: "text" | "number" | "checkbox" | "select" | "list" | "map" };
export type ChannelKind = Omit<Schemas["ChannelKind"], "fields"> & { fields: ManifestField[] };
export type ChannelTest = Schemas["TestResult"];
export type Sender = Schemas["SenderRow"];

// Commerce: amounts are whole minor units of the currency beside them
export type Payment = "pending" | "authorized" | "partially_paid" | "paid" | "partially_refunded" | "refunded" | "voided";
export type Fulfilment = "unfulfilled" | "partially_fulfilled" | "fulfilled" | "on_hold";
export type PostalAddress = All<Schemas["commerce_model_Address"]>;
export type TrackingEvent = All<Schemas["TrackingEvent"]>;
export type ShipmentStatus = TrackingEvent["status"];
export type OrderLine = Schemas["LineView"];
export type Shipment = Narrow<Schemas["ShipmentView"], { direction: "out" | "return"; status: ShipmentStatus; events: TrackingEvent[] }>;
export type Refund = Narrow<Schemas["RefundView"], { destination: "original" | "store_credit"; status: "pending" | "done" | "failed" }>;
export type OrderRow = Narrow<Schemas["OrderRow"], { payment: Payment; fulfilment: Fulfilment }>;
export type Order = Narrow<Schemas["OrderView"], { payment: Payment; fulfilment: Fulfilment; address: PostalAddress | null; shipments: Shipment[]; refunds: Refund[] }>;
export type Shopper = Schemas["ShopperView"];
export type Subscription = Narrow<Schemas["SubscriptionView"], { status: "active" | "paused" | "cancelled" | "expired" | "failed"; unit: "day" | "week" | "month" | "year" }>;
export type Product = Schemas["ProductView"];
export type Variant = Schemas["VariantView"];
export type PlanLine = All<Schemas["Line"]>;
export type StoreAct = Narrow<Schemas["ActView"], {
  state: "planned" | "waiting" | "committed" | "done" | "failed" | "unknown" | "declined" | "expired";
  effects: PlanLine[]; warnings: PlanLine[]; refusals: PlanLine[]; second: PlanLine[];
}>;
export type ReturnState = "requested" | "approved" | "in_transit" | "received" | "closed" | "declined" | "cancelled";
export type ReturnRow = Narrow<Schemas["ReturnRow"], { state: ReturnState; destination: "original" | "store_credit" }>;
type LineDecision = Omit<All<Schemas["LineDecision"]>, "problems" | "doubts"> & { problems: PlanLine[]; doubts: PlanLine[] };
/** What the policy says to a return: what is paid, whose the label is, and what speaks against it. */
export type ReturnDecision = Omit<All<Schemas["Decision"]>, "problems" | "doubts" | "lines"> & { problems: PlanLine[]; doubts: PlanLine[]; lines: LineDecision[] };
export type ReturnWish = Schemas["ReturnBody"];
export type StoreReturn = Narrow<Schemas["ReturnView"], { state: ReturnState; destination: ReturnRow["destination"]; decision: Partial<ReturnDecision> }>;
export type LimitRole = "agent" | "lead" | "admin" | "owner" | "token" | "rule" | "assistant" | "customer";
export type LimitAct = "refund" | "cancel" | "duplicate" | "draft" | "discount" | "return" | "label" | "edit";
/** How far a role may go with an act; amounts in minor units, null is no limit. */
export type ActLimit = Narrow<Schemas["LimitView"], { role: LimitRole; act: LimitAct }>;
export type OrderMessage = Narrow<Schemas["OrderMessageView"], { reasons: { key: string }[] }>;
export type Sync = Narrow<Schemas["SyncView"], { purpose: "backfill" | "reconcile"; kind: "order" | "product" | "customer" | "subscription" }>;
export type Store = Narrow<Schemas["StoreView"], { state: "active" | "paused" | "error"; syncs: Sync[] }>;
export type StoreTest = Schemas["StoreTest"];
export type Connector = Omit<Schemas["ConnectorView"], "fields"> & { kind: "store" | "carrier" | "payments"; fields: ManifestField[] };
export type Connection = Narrow<Schemas["ConnectionView"], { kind: "carrier" | "payments"; state: "active" | "paused" | "error" }>;

// Automation
export type HoursPeriod = Schemas["OpenPeriod"];
export type BusinessHours = Schemas["Hours"];
export type DeciderSettings = Schemas["DeciderView"];

// Insights
export type FailedWork = Narrow<Schemas["FailedWork"], { kind: "job" | "delivery" | "quarantine" | "webhook" | "fact" }>;
export type Numbers = Omit<Schemas["Numbers"], "days"> & { days: All<Schemas["Day"]>[] };

// Live
export type Viewer = { agent_id: Id; typing: null | "reply" | "note" };
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
  | { t: "direct"; thread: Id }
  | { t: "notification"; notification: Notification }
  | { t: "pong" };

// Policies
export type PolicyProcessing = All<Schemas["Processing"]>;
export type PolicyShipping = All<Schemas["ShippingOption"]>;
export type PolicyReason = All<Schemas["Reason"]>;
export type PolicyReturns = Omit<All<Schemas["Returns"]>, "reasons"> & { reasons: PolicyReason[] };
export type PolicyTerms = Omit<All<Schemas["Terms"]>, "processing" | "shipping" | "returns"> & { processing: PolicyProcessing; shipping: PolicyShipping[]; returns: PolicyReturns };
export type Policy = Omit<All<Schemas["PolicyView"]>, "terms" | "state"> & { terms: PolicyTerms; state: "draft" | "published" | "ended" };
export type PolicyAnswer = Narrow<Schemas["Answer"], { values: Record<string, unknown> }>;

// Macros
/** An act of a rule or macro: the name of its form, and its arguments. */
export type FormAct = { act: string } & Record<string, unknown>;
export type ActWord = Schemas["ActWord"];
export type ParamWord = Schemas["ParamWord"];
export type MacroRow = Narrow<Schemas["MacroRow"], { acts: FormAct[] }>;
export type Macro = Narrow<Schemas["MacroView"], { acts: FormAct[] }>;
export type FilledMacro = Narrow<Schemas["FilledMacro"], { acts: (FormAct & { idle: boolean })[] }>;
export type SuggestedMacro = { macro: MacroRow; why: "intent" | "used_for_intent" | "used"; uses: number };
export type MacroVariable = Schemas["MacroVariable"];

// Promises
export type ConversationPromise = Schemas["PromiseView"];
export type PromiseNumbers = Schemas["PromiseNumbers"];
