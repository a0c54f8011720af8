import { Timer } from "lucide-react";

import { formatFull } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { useNow } from "@/lib/useNow";

import { formatLeft, judgeDue } from "./left";
import styles from "./TimeLeft.module.css";

type Promised = { promise_due_at: string | null; promise_kind: string | null };

/** How much time is left until the next promise falls due; it counts down by itself. */
export function TimeLeft({ row }: { row: Promised }) {
  const t = useT();
  const now = useNow();
  const { promise_due_at: dueAt, promise_kind: kind } = row;
  if (dueAt === null) return null;
  const urgency = judgeDue(dueAt, now);
  const title = t(urgency === "overdue" ? "promise.was_due" : "promise.is_due", { kind: kind ?? "", at: formatFull(dueAt) });
  return (
    <time className={styles.left} dateTime={dueAt} title={title} data-urgency={urgency}>
      <Timer aria-hidden="true" />
      <span className="sr-only">{title}</span>
      <span aria-hidden="true">{formatLeft(dueAt, now)}</span>
    </time>
  );
}
