import type { Schemas } from "@parley/client";
import type { FormAct, Id, Page, PromiseNumbers } from "@parley/client/types";

import type { Condition } from "@/lib/acts/sayRule";

import { api, unwrap } from "@/lib/http";
import { keys } from "@/lib/query";

import { getPromiseNumbers } from "../promises/api";

export const KINDS = ["first_reply", "next_reply", "resolution"] as const;
export const PRIORITIES = ["urgent", "high", "normal", "low"] as const;
export type Kind = (typeof KINDS)[number];
export type Priority = (typeof PRIORITIES)[number];
/** Minutes for every priority, or by priority. */
export type Target = number | Partial<Record<Priority, number>>;
export type Occasion = "warned" | "broken";

export type SlaBody = {
  if?: Condition | null;
  targets: Partial<Record<Kind, Target>>;
  /** Business hours by id, `default`, or null: every minute counts. */
  hours?: string | null;
  pause?: { waiting_for_customer: boolean; snoozed: boolean };
  warn_minutes?: number[];
  automatic_replies?: boolean;
  escalate?: Partial<Record<Occasion, FormAct[]>>;
};
export type Sla = Omit<Schemas["SlaView"], "sla"> & { sla: SlaBody };
export type SlaVersion = Omit<Schemas["SlaVersionView"], "sla"> & { sla: SlaBody };

export const slaKeys = {
  all: keys.settings("slas"),
  list: keys.settings("slas", "list"),
  versions: (id: Id) => keys.settings("slas", "versions", id),
  numbers: keys.numbers({ promises: 30 }),
};

const one = (id: Id) => ({ params: { path: { sla_id: id } } });

export const listSlas = async () => ((await unwrap(api.GET("/api/v1/slas", { params: { query: { limit: 200 } } }))) as unknown as Page<Sla>).items;
export const createSla = (name: string, sla: SlaBody) => unwrap(api.POST("/api/v1/slas", { body: { name, sla, enabled: true } })) as unknown as Promise<Sla>;
export const changeSla = (id: Id, body: { name?: string; sla?: SlaBody; enabled?: boolean }) => unwrap(api.PATCH("/api/v1/slas/{sla_id}", { ...one(id), body })) as unknown as Promise<Sla>;
export const archiveSla = (id: Id) => unwrap(api.DELETE("/api/v1/slas/{sla_id}", one(id)));
export const orderSlas = (ids: Id[]) => unwrap(api.PUT("/api/v1/slas/order", { body: { ids } }));
export const listSlaVersions = async (id: Id) =>
  ((await unwrap(api.GET("/api/v1/slas/{sla_id}/versions", { params: { path: { sla_id: id }, query: { limit: 50 } } }))) as unknown as Page<SlaVersion>).items;
export const getNumbers = (): Promise<PromiseNumbers> => getPromiseNumbers(30);
