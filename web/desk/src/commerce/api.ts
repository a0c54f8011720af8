import type { Id, Order, OrderMessage, OrderRow, Page, Product, ReturnDecision, ReturnRow, ReturnWish, Shopper, StoreAct, StoreReturn, Subscription } from "@parley/client/types";

import { api, keyed, unwrap } from "@/lib/http";

const MOST_PRODUCTS = 20;

const customer = (id: Id) => ({ params: { path: { customer_id: id } } });

export const getShopper = (id: Id) => unwrap(api.GET("/api/v1/customers/{customer_id}/shopping", customer(id))) as Promise<Shopper>;
export const listCustomerOrders = (id: Id, after: string | null) =>
  unwrap(api.GET("/api/v1/customers/{customer_id}/orders", { params: { path: { customer_id: id }, query: { after, limit: 5 } } })) as Promise<Page<Order>>;
export const listSubscriptions = (id: Id) => unwrap(api.GET("/api/v1/subscriptions", { params: { query: { customer_id: id, limit: 50 } } })) as Promise<Page<Subscription>>;
export const getOrder = (id: Id) => unwrap(api.GET("/api/v1/orders/{order_id}", { params: { path: { order_id: id } } })) as Promise<Order>;
export const findOrders = (by: { number: string } | { email: string }) => unwrap(api.GET("/api/v1/orders", { params: { query: { ...by, limit: 10 } } })) as Promise<Page<OrderRow>>;
export const linkOrder = (id: Id, customerId: Id | null) =>
  unwrap(api.POST("/api/v1/orders/{order_id}/link", { params: { path: { order_id: id } }, body: { customer_id: customerId } })) as Promise<Order>;
export const listProducts = (storeId: Id, q: string) => unwrap(api.GET("/api/v1/products", { params: { query: { store_id: storeId, q, limit: MOST_PRODUCTS } } })) as Promise<Page<Product>>;

export const listOrderMessages = (orderId: Id) => unwrap(api.GET("/api/v1/order-messages", { params: { query: { order_id: orderId, limit: 20 } } })) as Promise<Page<OrderMessage>>;
export const cancelOrderMessage = (id: Id) => unwrap(api.POST("/api/v1/order-messages/{message_id}/cancel", { params: { path: { message_id: id } } })) as Promise<OrderMessage>;

type ActFilter = { order_id?: Id; state?: StoreAct["state"] };
export const listActs = (filter: ActFilter, limit = 20) => unwrap(api.GET("/api/v1/acts", { params: { query: { ...filter, limit } } })) as Promise<Page<StoreAct>>;
const act = (id: Id) => ({ params: { path: { act_id: id } } });
export const getAct = (id: Id) => unwrap(api.GET("/api/v1/acts/{act_id}", act(id))) as Promise<StoreAct>;
export const approveAct = (id: Id) => unwrap(api.POST("/api/v1/acts/{act_id}/approve", act(id))) as Promise<StoreAct>;
export const declineAct = (id: Id) => unwrap(api.POST("/api/v1/acts/{act_id}/decline", act(id))) as Promise<StoreAct>;
export const settleAct = (id: Id, happened: boolean) => unwrap(api.POST("/api/v1/acts/{act_id}/settle", { ...act(id), body: { happened } })) as Promise<StoreAct>;

export type ReturnFilter = { state?: string; order_id?: Id };
const one = (id: Id) => ({ params: { path: { return_id: id } } });
export const listReturns = (filter: ReturnFilter, after: string | null, limit = 25) => unwrap(api.GET("/api/v1/returns", { params: { query: { ...filter, after, limit } } })) as Promise<Page<ReturnRow>>;
export const getReturn = (id: Id) => unwrap(api.GET("/api/v1/returns/{return_id}", one(id))) as Promise<StoreReturn>;
export const approveReturn = (id: Id) => unwrap(api.POST("/api/v1/returns/{return_id}/approve", one(id))) as Promise<StoreReturn>;
export const declineReturn = (id: Id, note: string) => unwrap(api.POST("/api/v1/returns/{return_id}/decline", { ...one(id), body: { note } })) as Promise<StoreReturn>;
export const receiveReturn = (id: Id, note: string) => unwrap(api.POST("/api/v1/returns/{return_id}/receive", { ...one(id), body: { note } })) as Promise<StoreReturn>;
export const cancelReturn = (id: Id, note: string) => unwrap(api.POST("/api/v1/returns/{return_id}/cancel", { ...one(id), body: { note } })) as Promise<StoreReturn>;
export const closeReturn = (id: Id, note: string) => unwrap(api.POST("/api/v1/returns/{return_id}/close", { ...one(id), body: { note } })) as Promise<StoreReturn>;
export const retryReturn = (id: Id, act: "return" | "label" | "refund") => unwrap(api.POST("/api/v1/returns/{return_id}/retry", { ...one(id), body: { act } })) as Promise<StoreReturn>;
/** Says what a return would come to; nothing happens. */
export const previewReturn = (body: ReturnWish) => unwrap(api.POST("/api/v1/returns/preview", { body })) as Promise<ReturnDecision>;
export const openReturn = (body: ReturnWish, key: string) => unwrap(api.POST("/api/v1/returns", { body, ...keyed(key) })) as Promise<StoreReturn>;
