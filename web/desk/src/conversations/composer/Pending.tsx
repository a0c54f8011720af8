import type { Id, TimelineItem } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { cx } from "@parley/ui/cx";
import { CircleAlert, Clock, WifiOff } from "lucide-react";
import { useQueryClient } from "@tanstack/react-query";

import { useSelf } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";

import message from "../timeline/Message.module.css";
import { Attachments } from "../timeline/Attachments";
import { RichText } from "../timeline/MessageBody";
import { dropPending, outbox, type Pending as One } from "./outbox";
import { sendPending } from "./useOutbox";
import { restoreDraft } from "./useSend";

/** The live connection may bring a message before its acknowledgement: it is not shown twice. */
function isThere(one: One, items: readonly TimelineItem[], me: Id): boolean {
  return items.some((item) => item.type === "message" && item.author.id === me && item.created_at >= one.at && item.html === one.body.html);
}

function Line({ one }: { one: One }) {
  const t = useT();
  const { agent } = useSelf();
  const client = useQueryClient();
  const retry = () => void sendPending(client, one);
  const waiting = one.state === "waiting";
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
            <button type="button" onClick={retry}>
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
