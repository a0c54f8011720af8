import type { FailedWork, Id, Numbers, Page } from "@parley/client/types";

import { get, post } from "@/lib/http";

export const getNumbers = (query: { from: string; to: string; zone: string; channel?: string | undefined }) => get<Numbers>("/numbers", query);
export const listFailedWork = (after: string | null) => get<Page<FailedWork>>("/failed-work", { after, limit: 50 });
export const retryWork = (id: Id) => post<undefined>(`/failed-work/${id}/retry`);
export const dismissWork = (id: Id) => post<undefined>(`/failed-work/${id}/dismiss`);
