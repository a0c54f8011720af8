import type { Id, Page } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

const one = (id: Id) => ({ params: { path: { thread_id: id } } });

type ThreadPage = Page<DirectThread> & { unread: number };

export const listThreads = (after: string | null) => unwrap(api.GET("/api/v1/direct-threads", { params: { query: { after, limit: 30 } } })) as unknown as Promise<ThreadPage>;
export const openThread = (agent_ids: Id[]) => unwrap(api.POST("/api/v1/direct-threads", { body: { agent_ids } }));
export const getThread = (id: Id) => unwrap(api.GET("/api/v1/direct-threads/{thread_id}", one(id)));
export const listMessages = (id: Id, after: string | null) => unwrap(api.GET("/api/v1/direct-threads/{thread_id}/messages", { params: { path: { thread_id: id }, query: { after, limit: 30 } } }));
export const postMessage = (id: Id, text: string) => unwrap(api.POST("/api/v1/direct-threads/{thread_id}/messages", { ...one(id), body: { text } }));
export const readThread = (id: Id) => unwrap(api.POST("/api/v1/direct-threads/{thread_id}/read", { ...one(id), body: {} }));
export const getTitle = (id: Id) => unwrap(api.GET("/api/v1/conversations/{conversation_id}", { params: { path: { conversation_id: id } } }));

export type DirectThread = Awaited<ReturnType<typeof getThread>>;
export type DirectMessage = Awaited<ReturnType<typeof postMessage>>;
