import type { Id, Sender } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/http";
import { keys } from "@/lib/query";

/** The names and addresses under which a mail channel can write; none for other channels. */
export function useSenders(channelId: Id | null) {
  return useQuery({
    queryKey: keys.settings("senders", channelId ?? ""),
    queryFn: async () => (await unwrap(api.GET("/api/v1/channels/{channel_id}/senders", { params: { path: { channel_id: channelId ?? "" } } }))).items as Sender[],
    enabled: channelId !== null,
  });
}

/** How a sender is shown in a choice. */
export function nameSender({ name, address }: Sender): string {
  return name === "" ? address : `${name} <${address}>`;
}
