import type { ActLimit, Page } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

export type Place = Pick<ActLimit, "role" | "act" | "currency">;
export type LimitWish = Omit<ActLimit, "given">;

export const listLimits = () => unwrap(api.GET("/api/v1/act-limits")) as Promise<Page<ActLimit>>;
export const saveLimit = (body: LimitWish) => unwrap(api.PUT("/api/v1/act-limits", { body })) as Promise<Page<ActLimit>>;
export const resetLimit = ({ role, act, currency }: Place) => unwrap(api.DELETE("/api/v1/act-limits", { params: { query: { role, act, currency } } }));
