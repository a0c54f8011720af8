import type { ConversationRow, Customer, Id, Page } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

export type CustomerChange = Partial<Pick<Customer, "name" | "language" | "zone" | "vip" | "notes">>;

const one = (id: Id) => ({ params: { path: { customer_id: id } } });

export const listCustomers = (q: string, after: string | null) => unwrap(api.GET("/api/v1/customers", { params: { query: { ...(q !== "" && { q }), after, limit: 50 } } }));
export const getCustomer = (id: Id) => unwrap(api.GET("/api/v1/customers/{customer_id}", one(id)));
export const changeCustomer = (id: Id, change: CustomerChange) => unwrap(api.PATCH("/api/v1/customers/{customer_id}", { ...one(id), body: change }));
export const listCustomerConversations = (id: Id, after: string | null) =>
  unwrap(api.GET("/api/v1/customers/{customer_id}/conversations", { params: { path: { customer_id: id }, query: { after, limit: 10 } } })) as Promise<Page<ConversationRow>>;
export const blockCustomer = (id: Id) => unwrap(api.POST("/api/v1/customers/{customer_id}/block", one(id)));
export const unblockCustomer = (id: Id) => unwrap(api.POST("/api/v1/customers/{customer_id}/unblock", one(id)));
