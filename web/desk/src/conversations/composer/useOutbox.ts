import { toast } from "@parley/ui/Toasts";
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";

import { t } from "@/lib/i18n/catalogue";
import { applyMessage } from "@/lib/live/apply";
import { explain, Problem } from "@/lib/problem";

import { postMessage } from "../api";
import { dropPending, outbox, putPending, type Pending } from "./outbox";

const EVERY_MS = 10_000;

/** Sends a message of the outbox once more, under its old key: it stays one message. Returns the failure, or null. */
export async function sendPending(client: QueryClient, one: Pending): Promise<unknown> {
  putPending({ ...one, state: "sending", reason: null });
  try {
    const askedAt = performance.now();
    applyMessage(client, await postMessage(one.conversation_id, one.body, one.key), askedAt);
    dropPending(one.key);
    return null;
  } catch (error) {
    const away = error instanceof Problem && (error.status === 0 || error.status >= 502);
    putPending({ ...one, state: away ? "waiting" : "refused", reason: explain(error) });
    return away ? null : error;
  }
}

/** Sends what waits as soon as the server can be reached again, wherever the reader is by then. */
export function useOutbox(): void {
  const client = useQueryClient();
  const navigate = useNavigate();
  useEffect(() => {
    const go = (id: string) => void navigate({ to: "/conversations/$id", params: { id } });
    const run = async () => {
      for (const one of outbox.get().filter((pending) => pending.state === "waiting")) {
        const failure = await sendPending(client, one);
        if (failure !== null) toast({ tone: "red", text: t("pending.refused_later"), detail: explain(failure), action: { label: t("action.open"), run: () => go(one.conversation_id) } });
      }
    };
    const wake = () => void run();
    addEventListener("online", wake);
    const timer = setInterval(wake, EVERY_MS);
    wake();
    return () => {
      removeEventListener("online", wake);
      clearInterval(timer);
    };
  }, [client, navigate]);
}
