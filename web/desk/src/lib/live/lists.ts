import type { ConversationRow, Id, LiveRow, Page, Sort, ViewFilter } from "@parley/client/types";

/** What falls due within this time is due soon, as the server has it. */
export const SOON_MS = 60 * 60_000;

export type Pages<T> = { pages: Page<T>[]; pageParams: unknown[] };

const RANK = { urgent: 0, high: 1, normal: 2, low: 3 } as const;

/** Whether a row belongs to a list; null when that cannot be known here (mentions, drafts, my teams). */
export function matchesFilter(row: ConversationRow, filter: ViewFilter, me: Id): boolean | null {
  const { status, priority } = filter;
  // What is part of another is found there.
  if (row.merged_into_id) return false;
  if (status && status.length > 0 && !status.includes(row.status)) return false;
  if (priority && priority.length > 0 && !priority.includes(row.priority)) return false;
  if (filter.assignee && !matchesAssignee(row, filter.assignee, me)) return false;
  if (filter.team === "none" ? row.team_id !== null : filter.team && filter.team !== "mine" && row.team_id !== filter.team) return false;
  if (filter.channel && row.channel.id !== filter.channel) return false;
  if (filter.channel_kind && row.channel.kind !== filter.channel_kind) return false;
  if (filter.brand && row.brand_id !== filter.brand) return false;
  if (filter.tag && !row.tags.includes(filter.tag)) return false;
  if (filter.customer && row.customer.id !== filter.customer) return false;
  if (filter.language && row.language !== filter.language) return false;
  if (filter.sentiment && row.sentiment !== filter.sentiment) return false;
  if (filter.unread && !row.unread) return false;
  if (filter.waiting && row.waiting_since === null) return false;
  if (filter.due && !isDue(row, filter.due)) return false;
  if (filter.created_from && row.created_at < filter.created_from) return false;
  if (filter.created_to && row.created_at >= filter.created_to) return false;
  return filter.team === "mine" || filter.mentioned || filter.draft ? null : true;
}

/** Whether the next promise has fallen due, or will soon. */
function isDue(row: ConversationRow, due: "overdue" | "soon"): boolean {
  return row.promise_due_at !== null && Date.parse(row.promise_due_at) <= Date.now() + (due === "soon" ? SOON_MS : 0);
}

function matchesAssignee(row: ConversationRow, wanted: string, me: Id): boolean {
  if (wanted === "any") return row.assignee_id !== null;
  if (wanted === "none") return row.assignee_id === null;
  return row.assignee_id === (wanted === "me" ? me : wanted);
}

/** Below zero when `a` stands above `b`. Equal moments are told apart by the id, as the server does. */
export function compareRows(a: ConversationRow, b: ConversationRow, sort: Sort): number {
  const newest = b.last_message_at.localeCompare(a.last_message_at) || b.id.localeCompare(a.id);
  if (sort === "newest") return newest;
  if (sort === "oldest") return -newest;
  if (sort === "priority") return RANK[a.priority] - RANK[b.priority] || newest;
  if (sort === "due") return (a.promise_due_at ?? "9").localeCompare(b.promise_due_at ?? "9") || a.id.localeCompare(b.id);
  return (a.waiting_since ?? "9").localeCompare(b.waiting_since ?? "9") || a.id.localeCompare(b.id);
}

/** A row as it arrived, with what only this agent's own answers carry (unread) taken from before, or judged. */
export function completeRow(row: LiveRow, old: ConversationRow | undefined, mayBeUnread: boolean): ConversationRow {
  const grew = row.message_count > (old?.message_count ?? 0);
  const unread = grew && mayBeUnread ? row.preview?.author_kind === "customer" || (old?.unread ?? false) : (old?.unread ?? false);
  return { ...row, unread };
}

/** The row of an id in a list's pages. */
export function findRow(data: Pages<ConversationRow>, id: Id): ConversationRow | undefined {
  for (const page of data.pages) {
    const found = page.items.find((row) => row.id === id);
    if (found) return found;
  }
  return undefined;
}

function replaceRow(data: Pages<ConversationRow>, row: ConversationRow): Pages<ConversationRow> {
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map((old) => (old.id === row.id ? row : old)) })) };
}

/** A list without a row. */
export function dropRow(data: Pages<ConversationRow>, id: Id): Pages<ConversationRow> {
  if (!findRow(data, id)) return data;
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.filter((row) => row.id !== id) })) };
}

function insertRow(data: Pages<ConversationRow>, row: ConversationRow, sort: Sort): Pages<ConversationRow> {
  let placed = false;
  const pages = data.pages.map((page) => {
    if (placed) return page;
    const at = page.items.findIndex((other) => compareRows(row, other, sort) < 0);
    if (at < 0 && page.next !== null) return page;
    placed = true;
    const items = at < 0 ? [...page.items, row] : [...page.items.slice(0, at), row, ...page.items.slice(at)];
    return { ...page, items };
  });
  return { ...data, pages };
}

/**
 * A list after one row has changed: moved, dropped or put in, exactly as a fresh answer would show it within the loaded part.
 * `refetch` says that only the server knows whether the row belongs here.
 */
export function applyRow(
  data: Pages<ConversationRow>,
  row: ConversationRow,
  belongs: boolean | null,
  sort: Sort,
): { data: Pages<ConversationRow>; refetch: boolean } {
  const old = findRow(data, row.id);
  if (old && old.version > row.version) return { data, refetch: false };
  if (belongs === false) return { data: dropRow(data, row.id), refetch: false };
  if (belongs === null) return { data: old ? replaceRow(data, row) : data, refetch: !old };
  if (old && compareRows(old, row, sort) === 0) return { data: replaceRow(data, row), refetch: false };
  return { data: insertRow(dropRow(data, row.id), row, sort), refetch: false };
}

/**
 * What to draw while rows must not move: the old order, with what came later in the list added below.
 * `waiting` are the new rows kept back; rows that left stay as `gone` until the list may move again.
 */
export function holdOrder(shown: readonly Id[], truth: readonly Id[], acted: ReadonlySet<Id>): { order: Id[]; waiting: Id[]; gone: Id[] } {
  const now = new Set(truth);
  const before = new Set(shown);
  const order = shown.filter((id) => now.has(id) || !acted.has(id));
  const lastKnown = truth.findLastIndex((id) => before.has(id));
  const fresh = truth.filter((id) => !before.has(id));
  const below = lastKnown < 0 ? [] : truth.slice(lastKnown + 1).filter((id) => !before.has(id));
  const low = new Set(below);
  return { order: [...order, ...below], waiting: fresh.filter((id) => !low.has(id)), gone: order.filter((id) => !now.has(id)) };
}
