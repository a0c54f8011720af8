import type { Id, Message } from "@parley/client/types";
import { useEffect, useState } from "react";

import { keysOf } from "@/lib/commands/table";
import { useCommands } from "@/lib/commands/useCommands";
import { useSelf } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";

import { Keys } from "@parley/ui/Keys";

import { useTimeline } from "../timeline/useTimeline";
import styles from "./UndoBar.module.css";
import { useUndoSend } from "./useUndoSend";

function isHeld(item: Message, me: Id, now: number): boolean {
  return item.author.id === me && item.undo_until !== null && (item.state === "queued" || item.state === "scheduled") && Date.parse(item.undo_until) > now;
}

/** While a message can still be taken back: how long, and the way to do it. */
export function UndoBar({ conversationId }: { conversationId: Id }) {
  const t = useT();
  const { agent } = useSelf();
  const { items } = useTimeline(conversationId);
  const [now, setNow] = useState(() => Date.now());
  const [from] = useState(now);
  const undo = useUndoSend();
  const held = items.findLast((item): item is Message => item.type === "message" && isHeld(item, agent.id, now));
  const until = items.reduce((latest, item) => (item.type === "message" && item.undo_until !== null && item.author.id === agent.id ? Math.max(latest, Date.parse(item.undo_until)) : latest), 0);
  useEffect(() => {
    if (until <= Date.now()) return;
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() > until) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [until]);
  useCommands({ undo: held && (() => void undo(held)) });
  if (!held?.undo_until) return null;
  const left = Math.max(0, Math.ceil((Date.parse(held.undo_until) - now) / 1000));
  return (
    <div className={styles.bar} role="status">
      <span>{t("send.holding", { n: left })}</span>
      <button type="button" className={styles.undo} onClick={() => void undo(held)}>
        {t("send.undo")}
        <Keys keys={keysOf("undo") ?? ""} />
      </button>
      <span key={held.id} className={styles.line} style={{ animationDuration: `${Math.max(0, Date.parse(held.undo_until) - Date.parse(held.created_at))}ms`, animationDelay: `${Math.min(0, Date.parse(held.created_at) - from)}ms` }} />
    </div>
  );
}
