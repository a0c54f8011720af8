import type { Id, TimelineItem } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { cx } from "@parley/ui/cx";
import { CircleAlert, Clock, WifiOff } from "lucide-react";
import { useEffect } from "react";

import { useQueryClient } from "@tanstack/react-query";

import { useSelf } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { applyMessage } from "@/lib/live/apply";
import { explain, Problem } from "@/lib/problem";
import { useStore } from "@/lib/store";

import { postMessage } from "../api";
import message from "../timeline/Message.module.css";
import { Attachments } from "../timeline/Attachments";
import { RichText } from "../timeline/MessageBody";
import { dropPending, outbox, putPending, type Pending as One } from "./outbox";
import { restoreDraft } from "./useSend";

/** The live connection may bring a message before its acknowledgement: it is not shown twice. */
function isThere(one: One, items: readonly TimelineItem[], me: Id): boolean {
  return items.some((item) => item.type === "message" && item.author.id === me && item.created_at >= one.at && item.html === one.body.html);
}

function useRetry() {
  const client = useQueryClient();
  return async (one: One) => {
    putPending({ ...one, state: "sending", reason: null });
    try {
      applyMessage(client, await postMessage(one.conversation_id, one.body, one.key));
      dropPending(one.key);
    } catch (error) {
      const offline = error instanceof Problem && error.status === 0;
      putPending({ ...one, state: offline ? "waiting" : "refused", reason: explain(error) });
    }
  };
}

function Line({ one }: { one: One }) {
  const t = useT();
  const { agent } = useSelf();
  const retry = useRetry();
  const waiting = one.state === "waiting";
  useEffect(() => {
    if (!waiting) return;
    const again = () => void retry(one);
    addEventListener("online", again);
    const timer = setInterval(again, 15_000);
    return () => {
      removeEventListener("online", again);
      clearInterval(timer);
    };
    // `retry` is made anew each time; what matters is whether this message waits.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [waiting, one.key]);
  const back = () => {
    dropPending(one.key);
    restoreDraft(one);
  };
  return (
    <article className={cx(message.message, one.body.kind === "note" ? message.note : message.out)}>
      <div className={message.face}>
        <Avatar name={agent.name} colour={agent.avatar_colour} seed={agent.id} />
      </div>
      <div className={message.column}>
        <div className={cx(message.bubble, message.pending)}>
          <RichText html={one.body.html} className={message.text} />
          <Attachments files={one.files} />
        </div>
        {one.state === "sending" ? (
          <p className={message.state}>
            <Clock />
            {t("message.sending")}
          </p>
        ) : (
          <div className={cx(message.state, message.trouble, waiting && message.unsure)} role="status">
            {waiting ? <WifiOff /> : <CircleAlert />}
            <span>{waiting ? t("pending.waiting") : t("pending.refused", { reason: one.reason ?? "" })}</span>
            <button type="button" onClick={() => void retry(one)}>
              {t("action.try_again")}
            </button>
            <button type="button" onClick={back}>
              {t("pending.edit")}
            </button>
          </div>
        )}
      </div>
    </article>
  );
}

/** Messages on their way to the server. */
export function Pending({ conversationId, items }: { conversationId: Id; items: readonly TimelineItem[] }) {
  const { agent } = useSelf();
  const all = useStore(outbox);
  return all.filter((one) => one.conversation_id === conversationId && !isThere(one, items, agent.id)).map((one) => <Line key={one.key} one={one} />);
}
