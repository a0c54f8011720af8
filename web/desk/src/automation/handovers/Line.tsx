import type { ConversationRow } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { TimeLeft } from "@/conversations/promises/TimeLeft";
import { useAgents } from "@/lib/directory";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";

import styles from "./Handovers.module.css";

/** Who has a conversation now, or what has become of it. */
function Holder({ row }: { row: ConversationRow }) {
  const t = useT();
  const { byId } = useAgents();
  const agent = row.assignee_id === null ? undefined : byId.get(row.assignee_id);
  if (row.status !== "open") return <span className={styles.who}>{tName("status", row.status)}</span>;
  if (!agent) return <span className={styles.who}>{t("handover.nobody")}</span>;
  return (
    <span className={styles.who}>
      <Avatar name={agent.name} colour={agent.avatar_colour} seed={agent.id} size="xs" />
      <bdi>{agent.name}</bdi>
    </span>
  );
}

/** One conversation of a hand-over: whose it is, the last words, how much time is left, and what is said of it. */
export function Line({ row, holder = false, children }: { row: ConversationRow; holder?: boolean; children?: ReactNode }) {
  return (
    <li className={styles.line}>
      <div className={styles.head}>
        <Link to="/conversations/$id" params={{ id: row.id }} className={styles.name} dir="auto">
          {nameCustomer(row.customer)}
        </Link>
        {row.subject && (
          <span className={styles.subject} dir="auto">
            {row.subject}
          </span>
        )}
        <span className={styles.end}>
          <TimeLeft row={row} />
          {holder && <Holder row={row} />}
        </span>
      </div>
      {row.preview && (
        <p className={styles.last} dir="auto">
          {row.preview.text}
        </p>
      )}
      {children}
    </li>
  );
}
