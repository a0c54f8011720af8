import type { FailedWork, Id, Numbers, Page } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

export type Asked = { from: string; to: string; zone: string; channel?: string | undefined };

const one = (id: Id) => ({ params: { path: { work_id: id } } });

export const getNumbers = (query: Asked) => unwrap(api.GET("/api/v1/numbers", { params: { query } })) as Promise<Numbers>;
export const listFailedWork = (after: string | null) => unwrap(api.GET("/api/v1/failed-work", { params: { query: { after, limit: 50 } } })) as Promise<Page<FailedWork>>;
export const retryWork = (id: Id) => unwrap(api.POST("/api/v1/failed-work/{work_id}/retry", one(id)));
export const dismissWork = (id: Id) => unwrap(api.POST("/api/v1/failed-work/{work_id}/dismiss", one(id)));
