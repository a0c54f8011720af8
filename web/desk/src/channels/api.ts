import type { Channel, ChannelKind, ChannelTest, Id, Page } from "@parley/client/types";

import { get, patch, post, remove } from "@/lib/http";

export const listKinds = () => get<Page<ChannelKind>>("/channel-kinds");
export const getChannel = (id: Id) => get<Channel>(`/channels/${id}`);
export const createChannel = (body: { plugin: string; name: string; brand_id: Id | null; settings: object }) => post<Channel>("/channels", body);
export const changeChannel = (id: Id, change: Partial<Pick<Channel, "name" | "brand_id" | "settings">> & { state?: "active" | "paused" }) => patch<Channel>(`/channels/${id}`, change);
export const removeChannel = (id: Id) => remove(`/channels/${id}`);
export const testChannel = (id: Id) => post<ChannelTest>(`/channels/${id}/test`);
export const getIdentitySecret = (id: Id) => get<{ secret: string }>(`/channels/${id}/identity-secret`);
