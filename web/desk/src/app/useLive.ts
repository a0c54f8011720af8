import type { Id, NotificationPage, ServerFrame } from "@parley/client/types";
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

import { announceHandovers } from "@/automation/handovers/told";
import { takeDirect } from "@/direct/useDirect";
import { useSelf } from "@/lib/directory";
import { signedOut } from "@/lib/http";
import { applyChanges, type Reader } from "@/lib/live/apply";
import { COMMERCE } from "@/lib/live/commerce";
import { onlineAgents, setCustomerTyping, setPresence, speaker } from "@/lib/live/presence";
import { LiveSocket } from "@/lib/live/socket";
import { keys } from "@/lib/query";
import { checkBuild } from "@/lib/update";

import { announce } from "./notifications/announce";

type Ways = { conversation: (id: Id) => void; handover: (id: Id) => void };

function takeFrame(client: QueryClient, frame: ServerFrame, reader: Reader, go: Ways): void {
  switch (frame.t) {
    case "changes":
      applyChanges(client, frame, reader);
      announceHandovers(client, frame.facts, reader.me, go.handover);
      // Who has sent it types no more, though nothing says so.
      for (const message of frame.messages) if (message.author.kind === "customer") setCustomerTyping(message.conversation_id, false);
      break;
    case "presence":
      setPresence(frame.conversation, { viewers: frame.viewers.filter((viewer) => viewer.agent_id !== reader.me) });
      break;
    case "customer_typing":
      setCustomerTyping(frame.conversation, frame.on);
      break;
    case "agents":
      onlineAgents.set(new Set(frame.online));
      break;
    case "notification":
      client.setQueryData<NotificationPage>(keys.notifications, (old) => old && { ...old, unread: old.unread + 1, items: [frame.notification, ...old.items.filter((one) => one.id !== frame.notification.id)] });
      announce(frame.notification, reader.open, go.conversation);
      break;
    case "direct":
      takeDirect(client, frame.thread);
      break;
    case "ready":
      // What was told while nobody listened left no trace on the log.
      takeDirect(client, null);
      break;
    case "pong":
  }
}

const OPEN = /^\/(?:conversations|brief|inbox\/[^/]+)\/([^/]+)$/;

const LIVING = new Set<unknown>([keys.views, keys.lists, ["conversation"], ["timeline"], keys.notifications, ...COMMERCE].map(([name]) => name));

/** What the live connection keeps true: it cannot tell what changed while it was away. */
function refetchLiving(client: QueryClient): void {
  void client.invalidateQueries({ predicate: (query) => LIVING.has(query.queryKey[0]) && query.state.dataUpdatedAt > 0 });
}

/** Keeps the page up to date for as long as it is open. Returns the connection, for its state. */
export function useLive(): LiveSocket {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { agent } = useSelf();
  const open = useLocation({ select: (place) => OPEN.exec(place.pathname)?.[1] });
  const reader = useRef<Reader>({ me: agent.id, open: null });
  const [socket] = useState(() => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    return new LiveSocket(`${scheme}://${location.host}/api/v1/live`, {
      onFrame: (frame) =>
        takeFrame(client, frame, reader.current, {
          conversation: (id) => void navigate({ to: "/conversations/$id", params: { id } }),
          handover: (id) => void navigate({ to: "/handovers/$id", params: { id } }),
        }),
      onReset: () => refetchLiving(client),
      onSignedOut: () => signedOut.set((n) => n + 1),
    });
  });
  const viewed: Id | null = open ?? null;
  useEffect(() => {
    reader.current = { me: agent.id, open: viewed };
  }, [agent.id, viewed]);
  useEffect(() => {
    let before = false;
    // Who comes back may find another build than the one that left.
    const quit = socket.state.subscribe(() => {
      if (socket.state.get() !== "online") return;
      if (before) void checkBuild();
      before = true;
    });
    socket.start();
    speaker.set({ send: (frame) => socket.send(frame), live: () => socket.state.get() === "online" });
    return () => {
      quit();
      socket.stop();
    };
  }, [socket]);
  useEffect(() => {
    socket.send({ t: "viewing", conversation: viewed });
  }, [socket, viewed]);
  return socket;
}
