import type { Channel, ChannelKind, ChannelTest, Id, Page } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

const one = (id: Id) => ({ params: { path: { channel_id: id } } });

export const listKinds = () => unwrap(api.GET("/api/v1/channel-kinds")) as Promise<Page<ChannelKind>>;
export const getChannel = (id: Id) => unwrap(api.GET("/api/v1/channels/{channel_id}", one(id))) as Promise<Channel>;
export const createChannel = (body: { plugin: string; name: string; brand_id: Id | null; settings: Record<string, unknown> }) => unwrap(api.POST("/api/v1/channels", { body })) as Promise<Channel>;
export const changeChannel = (id: Id, change: { name?: string; brand_id?: Id | null; settings?: Record<string, unknown>; state?: "active" | "paused" }) =>
  unwrap(api.PATCH("/api/v1/channels/{channel_id}", { ...one(id), body: change })) as Promise<Channel>;
export const removeChannel = (id: Id) => unwrap(api.DELETE("/api/v1/channels/{channel_id}", one(id)));
export const testChannel = (id: Id) => unwrap(api.POST("/api/v1/channels/{channel_id}/test", one(id))) as Promise<ChannelTest>;
export const getIdentitySecret = (id: Id) => unwrap(api.GET("/api/v1/channels/{channel_id}/identity-secret", one(id)));
export const startOAuth = (id: Id) => unwrap(api.POST("/api/v1/channels/{channel_id}/oauth", one(id)));

export type SenderChange = { name: string; address: string; signature_html: string; is_default: boolean };

const sender = (id: Id, senderId: Id) => ({ params: { path: { channel_id: id, sender_id: senderId } } });
export const createSender = (id: Id, body: SenderChange) => unwrap(api.POST("/api/v1/channels/{channel_id}/senders", { ...one(id), body }));
export const changeSender = (id: Id, senderId: Id, body: Partial<SenderChange>) => unwrap(api.PATCH("/api/v1/channels/{channel_id}/senders/{sender_id}", { ...sender(id, senderId), body }));
export const removeSender = (id: Id, senderId: Id) => unwrap(api.DELETE("/api/v1/channels/{channel_id}/senders/{sender_id}", sender(id, senderId)));
