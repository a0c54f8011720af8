import type { Schemas } from "@parley/client";
import type { Id, Page } from "@parley/client/types";

import type { RuleBody } from "@/lib/acts/sayRule";
import { formatDayRange } from "@/lib/format/time";
import { api, unwrap } from "@/lib/http";

type Sides<T> = { before: T; after: T };
export type ActReport = Sides<number> & { act: string; by_agents: number; agreed: number; precision: number | null; recall: number | null };
export type Deed = { decider: string; act: string; value: string; why: string[] };
export type Example = { conversation_id: Id; number: number | null; at: string; added: Deed[]; removed: Deed[] };
export type Report = {
  facts: number;
  conversations: { seen: number; changed: number };
  decisions: Sides<number>;
  messages: Sides<number>;
  money: Sides<Record<string, number>>;
  acts: ActReport[];
  fired: (Sides<number> & { id: Id })[];
  examples: Example[];
  about?: Record<string, { names?: Record<string, string> } | undefined>;
};
export type RehearsalState = "queued" | "running" | "done" | "failed" | "cancelled";
export type RehearsalRow = Omit<Schemas["RehearsalRow"], "state"> & { state: RehearsalState };
export type Rehearsal = Omit<Schemas["RehearsalView"], "state" | "report"> & { state: RehearsalState; report: Report | null };

const one = (id: Id) => ({ params: { path: { rehearsal_id: id } } });

export const rehearsalKeys = { list: ["rehearsals", "list"] as const, one: (id: Id) => ["rehearsals", "one", id] as const };

export const listRehearsals = (after: string | null) => unwrap(api.GET("/api/v1/rehearsals", { params: { query: { limit: 30, after } } })) as unknown as Promise<Page<RehearsalRow>>;
export const getRehearsal = (id: Id) => unwrap(api.GET("/api/v1/rehearsals/{rehearsal_id}", one(id))) as unknown as Promise<Rehearsal>;
export const cancelRehearsal = (id: Id) => unwrap(api.POST("/api/v1/rehearsals/{rehearsal_id}/cancel", one(id))) as unknown as Promise<Rehearsal>;

/** Rehearses one rule as it stands in the editor, among the others as they are. */
export const rehearseRule = (title: string, id: Id | null, name: string, rule: RuleBody, from: string, to: string) =>
  unwrap(
    api.POST("/api/v1/rehearsals", { body: { title, change: { rules: { put: [{ id: id ?? crypto.randomUUID(), name, enabled: true, rule }], remove: [] } }, from, to } }),
  ) as unknown as Promise<Rehearsal>;

/** The days a rehearsal looks at. */
export function sayPeriod({ from, to }: Pick<RehearsalRow, "from" | "to">): string {
  return formatDayRange(from.slice(0, 10), to.slice(0, 10));
}

export function isOver(state: RehearsalState): boolean {
  return state !== "queued" && state !== "running";
}
