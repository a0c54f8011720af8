import type { ConversationPromise, Id, Page } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

export const listPromises = (id: Id) =>
  unwrap(api.GET("/api/v1/conversations/{conversation_id}/promises", { params: { path: { conversation_id: id } } })) as Promise<Page<ConversationPromise>>;
