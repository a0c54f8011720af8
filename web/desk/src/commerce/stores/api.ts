import type { Connection, Connector, Id, Page, Store, StoreTest } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

export type NewConnection = { plugin: string; name: string; settings: Record<string, unknown> };
export type NewInstall = NewConnection & { store_id?: Id };
export type ConnectionChange = { name?: string; state?: "active" | "paused"; settings?: Record<string, unknown> };

const store = (id: Id) => ({ params: { path: { store_id: id } } });
const connection = (id: Id) => ({ params: { path: { connection_id: id } } });

export const listConnectors = () => unwrap(api.GET("/api/v1/connectors")) as Promise<Page<Connector>>;
export const createStore = (body: NewConnection) => unwrap(api.POST("/api/v1/stores", { body })) as Promise<Store>;
export const startInstall = (body: NewInstall) => unwrap(api.POST("/api/v1/stores/oauth", { body }));
export const changeStore = (id: Id, body: ConnectionChange) => unwrap(api.PATCH("/api/v1/stores/{store_id}", { ...store(id), body })) as Promise<Store>;
export const removeStore = (id: Id) => unwrap(api.DELETE("/api/v1/stores/{store_id}", store(id)));
export const testStore = (id: Id) => unwrap(api.POST("/api/v1/stores/{store_id}/test", store(id))) as Promise<StoreTest>;
export const startBackfill = (id: Id) => unwrap(api.POST("/api/v1/stores/{store_id}/backfill", store(id))) as Promise<Store>;
export const startReconcile = (id: Id) => unwrap(api.POST("/api/v1/stores/{store_id}/reconcile", store(id))) as Promise<Store>;
export const cancelSync = (id: Id, runId: Id) => unwrap(api.POST("/api/v1/stores/{store_id}/syncs/{run_id}/cancel", { params: { path: { store_id: id, run_id: runId } } })) as Promise<Store>;

export const listConnections = () => unwrap(api.GET("/api/v1/connections")) as Promise<Page<Connection>>;
export const createConnection = (body: NewConnection) => unwrap(api.POST("/api/v1/connections", { body })) as Promise<Connection>;
export const changeConnection = (id: Id, body: ConnectionChange) => unwrap(api.PATCH("/api/v1/connections/{connection_id}", { ...connection(id), body })) as Promise<Connection>;
export const removeConnection = (id: Id) => unwrap(api.DELETE("/api/v1/connections/{connection_id}", connection(id)));
