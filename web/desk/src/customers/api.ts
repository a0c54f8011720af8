import type { ConversationRow, Customer, CustomerRow, Id, Page } from "@parley/client/types";

import { get, patch, post } from "@/lib/http";

export type CustomerChange = Partial<Pick<Customer, "name" | "language" | "zone" | "vip" | "notes">>;

export const listCustomers = (q: string, after: string | null) => get<Page<CustomerRow>>("/customers", { q, after, limit: 50 });
export const getCustomer = (id: Id) => get<Customer>(`/customers/${id}`);
export const changeCustomer = (id: Id, change: CustomerChange) => patch<Customer>(`/customers/${id}`, change);
export const listCustomerConversations = (id: Id, after: string | null) => get<Page<ConversationRow>>(`/customers/${id}/conversations`, { after, limit: 10 });
export const blockCustomer = (id: Id) => post(`/customers/${id}/block`);
export const unblockCustomer = (id: Id) => post(`/customers/${id}/unblock`);
