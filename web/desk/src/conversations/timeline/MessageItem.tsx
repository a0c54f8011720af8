import type { Message } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Chip } from "@parley/ui/Chip";
import { cx } from "@parley/ui/cx";
import { Lock } from "lucide-react";
import { memo } from "react";

import { ChannelSign } from "@/lib/ChannelSign";
import { formatClock, formatFull } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import { Attachments } from "./Attachments";
import { MailDetails } from "./MailDetails";
import { Marks } from "./Marks";
import styles from "./Message.module.css";
import { MessageBody } from "./MessageBody";
import { MessageMenu } from "./MessageMenu";
import { MessageState } from "./MessageState";
import { Why } from "./Why";

type MessageItemProps = { message: Message; follows: boolean; showChannel: boolean; /** The newest answer: how far it has come is of interest. */ newest: boolean };

/** Which side a message stands on, and in which colour. */
export function pickLook(message: Message): "in" | "out" | "note" {
  if (message.kind === "note") return "note";
  return message.direction === "in" ? "in" : "out";
}

/** One message of the timeline. */
export const MessageItem = memo(function MessageItem({ message, follows, showChannel, newest }: MessageItemProps) {
  const t = useT();
  const { author } = message;
  const look = pickLook(message);
  const name = author.kind === "system" ? t("author.system") : author.name || t("customer.visitor");
  return (
    <article className={cx(styles.message, styles[look], follows && styles.follows)} id={`m-${message.id}`} aria-label={t(`message.by_${look}`, { name })} data-print="message">
      <div className={styles.face}>{!follows && <Avatar name={name} seed={author.id ?? author.kind} colour={author.avatar_colour} size="m" />}</div>
      <div className={styles.column}>
        {!follows && (
          <header className={styles.head}>
            <bdi className={styles.name}>{name}</bdi>
            {author.kind === "assistant" && <Chip size="s">{t("author.assistant")}</Chip>}
            {message.automatic && <Chip size="s">{t("message.automatic")}</Chip>}
            {message.decision_id !== null && <Why id={message.decision_id} conversationId={message.conversation_id} />}
            {look === "note" && (
              <span className={styles.private}>
                <Lock />
                {t("message.private")}
              </span>
            )}
            <time dateTime={message.created_at} title={formatFull(message.created_at)}>
              {formatClock(message.created_at)}
            </time>
            {showChannel && look !== "note" && (
              <span className={styles.via} title={tName("channel", message.channel_kind)}>
                <ChannelSign kind={message.channel_kind} />
                <span className="sr-only">{tName("channel", message.channel_kind)}</span>
              </span>
            )}
            {message.channel_kind === "email" && look !== "note" && <MailDetails message={message} />}
          </header>
        )}
        <div className={styles.bubbleLine}>
          <div className={styles.bubble}>
            <MessageBody message={message} />
            {!message.redacted && <Attachments files={message.attachments} />}
          </div>
          <MessageMenu message={message} />
        </div>
        <Marks message={message} />
        <MessageState message={message} newest={newest} />
      </div>
    </article>
  );
});
