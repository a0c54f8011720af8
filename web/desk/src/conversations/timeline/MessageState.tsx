import type { Message } from "@parley/client/types";
import { cx } from "@parley/ui/cx";
import { toast } from "@parley/ui/Toasts";
import { useQueryClient } from "@tanstack/react-query";
import { Check, CheckCheck, CircleAlert, CircleHelp, Clock, Eye } from "lucide-react";
import { useState } from "react";

import { useMay } from "@/lib/directory";
import { formatAgo, formatClock, formatFull, formatUpcoming } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { applyMessage } from "@/lib/live/apply";
import { explain } from "@/lib/problem";

import { MomentDialog } from "../acts/MomentDialog";
import { rescheduleMessage, retryMessage } from "../api";
import { useUndoSend } from "../composer/useUndoSend";
import styles from "./Message.module.css";

function Scheduled({ message }: { message: Message }) {
  const t = useT();
  const client = useQueryClient();
  const undo = useUndoSend();
  const mayWrite = useMay("conversations:write");
  const [moving, setMoving] = useState(false);
  const move = (at: Date) => {
    setMoving(false);
    rescheduleMessage(message.id, at.toISOString()).then(
      (fresh) => applyMessage(client, fresh),
      (error: unknown) => toast({ tone: "red", text: explain(error) }),
    );
  };
  return (
    <p className={styles.state}>
      <Clock />
      {t("message.scheduled", { at: message.scheduled_for === null ? "" : formatUpcoming(message.scheduled_for) })}
      {mayWrite && (
        <>
          <button type="button" onClick={() => setMoving(true)}>
            {t("message.reschedule")}
          </button>
          <button type="button" onClick={() => void undo(message)}>
            {t("message.unschedule")}
          </button>
        </>
      )}
      {moving && <MomentDialog title={t("cmd.send_later")} confirm={t("action.save")} onPick={move} onClose={() => setMoving(false)} />}
    </p>
  );
}

function Trouble({ message }: { message: Message }) {
  const t = useT();
  const client = useQueryClient();
  const mayWrite = useMay("conversations:write");
  const unsure = message.state === "unknown";
  const retry = () => {
    retryMessage(message.id).then(
      (fresh) => applyMessage(client, fresh),
      (error: unknown) => toast({ tone: "red", text: explain(error) }),
    );
  };
  return (
    <div className={cx(styles.state, styles.trouble, unsure && styles.unsure)} role="status">
      {unsure ? <CircleHelp /> : <CircleAlert />}
      <span>{unsure ? t("message.unknown") : t("message.failed", { reason: message.error ?? t("message.no_reason") })}</span>
      {mayWrite && (
        <button type="button" onClick={retry}>
          {t(unsure ? "message.send_again" : "action.try_again")}
        </button>
      )}
    </div>
  );
}

/** How far a message of ours has come. */
export function MessageState({ message, newest }: { message: Message; newest: boolean }) {
  const t = useT();
  if (message.direction !== "out") return null;
  if (message.state === "failed" || message.state === "unknown") return <Trouble message={message} />;
  if (message.state === "scheduled" && message.scheduled_for !== null) return <Scheduled message={message} />;
  if (!newest) return null;
  if (message.seen_at !== null) {
    return (
      <p className={styles.state} title={formatFull(message.seen_at)}>
        <Eye />
        {t("message.seen", { ago: formatAgo(message.seen_at) })}
      </p>
    );
  }
  if (message.state === "scheduled") return null;
  const Sign = message.state === "delivered" ? CheckCheck : message.state === "sent" ? Check : Clock;
  const text = message.state === "delivered" ? t("message.delivered") : message.state === "sent" ? t("message.sent") : t("message.sending");
  return (
    <p className={styles.state} title={formatClock(message.created_at)}>
      <Sign />
      {text}
    </p>
  );
}
