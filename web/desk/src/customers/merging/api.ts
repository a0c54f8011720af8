import type { Id } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

const one = (id: Id) => ({ params: { path: { customer_id: id } } });

export type MergeReason = Suggestions["items"][number]["reason"];
type Suggestions = Awaited<ReturnType<typeof listSuggestions>>;

export const mergeCustomer = (id: Id, into: Id, reason: MergeReason) => unwrap(api.POST("/api/v1/customers/{customer_id}/merge", { ...one(id), body: { into, reason } }));
export const unmergeCustomer = (id: Id) => unwrap(api.POST("/api/v1/customers/{customer_id}/unmerge", one(id)));
export const listMerges = (id: Id) => unwrap(api.GET("/api/v1/customers/{customer_id}/merges", one(id)));
export const listSuggestions = (id: Id) => unwrap(api.GET("/api/v1/customers/{customer_id}/suggestions", one(id)));
export const previewMerge = (id: Id, into: Id) => unwrap(api.GET("/api/v1/customers/{customer_id}/merge-preview", { params: { path: { customer_id: id }, query: { into } } }));
