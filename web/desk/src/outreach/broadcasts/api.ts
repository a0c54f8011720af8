import type { Schemas } from "@parley/client";
import type { Id, Page } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

export type BroadcastRow = Schemas["BroadcastRow"];
export type Broadcast = Schemas["BroadcastView"];
export type BroadcastState = BroadcastRow["state"];
export type BroadcastChange = Schemas["BroadcastChange"];
export type Selection = Schemas["BroadcastSelection"];
export type Texts = Schemas["BroadcastTexts"];
export type Tongue = Schemas["BroadcastTongue"];
export type Preview = Schemas["BroadcastPreview"];
export type Target = Schemas["BroadcastTarget"];
export type TargetState = Target["state"];
/** What can be done with one that was written. */
export type Act = "approve" | "pause" | "resume" | "cancel";

export const broadcastKeys = {
  all: ["broadcasts"] as const,
  list: ["broadcasts", "list"] as const,
  one: (id: Id) => ["broadcasts", "one", id] as const,
  targets: (id: Id, filter: string) => ["broadcasts", "targets", id, filter] as const,
  preview: (id: Id, at: string) => ["broadcast-preview", id, at] as const,
  leftOut: (id: Id, at: string) => ["broadcast-left-out", id, at] as const,
};

const URL = "/api/v1/broadcasts/{broadcast_id}";
const one = (id: Id) => ({ params: { path: { broadcast_id: id } } });

export const listBroadcasts = (after: string | null) => unwrap(api.GET("/api/v1/broadcasts", { params: { query: { after, limit: 50 } } })) as Promise<Page<BroadcastRow>>;
export const getBroadcast = (id: Id) => unwrap(api.GET(URL, one(id))) as Promise<Broadcast>;
export const createBroadcast = (body: Schemas["NewBroadcast"]) => unwrap(api.POST("/api/v1/broadcasts", { body })) as Promise<Broadcast>;
export const changeBroadcast = (id: Id, body: BroadcastChange) => unwrap(api.PATCH(URL, { ...one(id), body })) as Promise<Broadcast>;
export const deleteBroadcast = (id: Id) => unwrap(api.DELETE(URL, one(id)));
export const previewBroadcast = (id: Id) => unwrap(api.POST(`${URL}/preview`, one(id))) as Promise<Preview>;
export const startBroadcast = (id: Id, digest: string) => unwrap(api.POST(`${URL}/start`, { ...one(id), body: { digest } })) as Promise<Broadcast>;
export const actOn = (id: Id, act: Act) => unwrap(api.POST(`${URL}/${act}`, one(id))) as Promise<Broadcast>;
export const retryBroadcast = (id: Id, positions: number[] | null) => unwrap(api.POST(`${URL}/retry`, { ...one(id), body: { positions } }));
export const listLeftOut = (id: Id, after: string | null) =>
  unwrap(api.GET(`${URL}/left-out`, { params: { path: { broadcast_id: id }, query: { after, limit: 50 } } })) as Promise<Page<Target>>;

/** Who was told or left out: of one state, or those who have written back. */
export const listTargets = (id: Id, filter: TargetState | "replied" | "all", after: string | null) => {
  const query = { after, limit: 50, ...(filter === "replied" ? { replied: true } : filter !== "all" && { state: filter }) };
  return unwrap(api.GET(`${URL}/targets`, { params: { path: { broadcast_id: id }, query } })) as Promise<Page<Target>>;
};
