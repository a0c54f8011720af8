import type { ConversationRow } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Chip } from "@parley/ui/Chip";
import { cx } from "@parley/ui/cx";
import { Link } from "@tanstack/react-router";
import { ChevronUp, ChevronsUp, Clock, Reply, Star } from "lucide-react";
import { memo } from "react";

import { ChannelSign } from "@/lib/ChannelSign";
import { useAgents, useTags } from "@/lib/directory";
import { formatFull, formatLength, formatShort, formatUpcoming } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { useNow } from "@/lib/useNow";
import { nameCustomer } from "@/lib/names";

import styles from "./Row.module.css";

type RowProps = {
  row: ConversationRow;
  view: string;
  open: boolean;
  cursor: boolean;
  selected: boolean;
  gone: boolean;
  refused: boolean;
  waitingFirst: boolean;
  onSelect: (range: boolean) => void;
};

function PriorityMark({ priority }: { priority: ConversationRow["priority"] }) {
  const t = useT();
  if (priority !== "high" && priority !== "urgent") return null;
  const Sign = priority === "urgent" ? ChevronsUp : ChevronUp;
  return (
    <span className={styles.priority} data-priority={priority} role="img" aria-label={t(`priority.${priority}`)}>
      <Sign />
    </span>
  );
}

function Tags({ ids }: { ids: readonly string[] }) {
  const { byId } = useTags();
  const known = ids.map((id) => byId.get(id)).filter((tag) => tag !== undefined);
  const first = known[0];
  if (!first) return null;
  return (
    <span className={styles.tags}>
      <Chip size="s" dot={first.colour}>
        {first.name}
      </Chip>
      {known.length > 1 && <Chip size="s">+{known.length - 1}</Chip>}
    </span>
  );
}

function Marks({ row }: { row: ConversationRow }) {
  const t = useT();
  const { byId } = useAgents();
  const assignee = row.assignee_id === null ? undefined : byId.get(row.assignee_id);
  return (
    <span className={styles.marks}>
      <PriorityMark priority={row.priority} />
      {row.rating !== null && (
        <span className={styles.rating} role="img" aria-label={t("row.rating", { n: row.rating })}>
          <Star />
          {row.rating}
        </span>
      )}
      <Tags ids={row.tags} />
      {assignee && <Avatar name={assignee.name} colour={assignee.avatar_colour} seed={assignee.id} size="xs" silent={false} />}
    </span>
  );
}

function When({ row, waitingFirst }: { row: ConversationRow; waitingFirst: boolean }) {
  const t = useT();
  const now = useNow();
  if (row.status === "snoozed" && row.snoozed_until !== null) {
    return (
      <time className={styles.time} dateTime={row.snoozed_until} title={formatFull(row.snoozed_until)}>
        <Clock />
        {formatUpcoming(row.snoozed_until)}
      </time>
    );
  }
  if (waitingFirst && row.waiting_since !== null) {
    const waited = formatLength((now - Date.parse(row.waiting_since)) / 1000);
    return (
      <time className={styles.time} dateTime={row.waiting_since} title={formatFull(row.waiting_since)}>
        {t("row.waiting", { length: waited })}
      </time>
    );
  }
  return (
    <time className={styles.time} dateTime={row.last_message_at} title={formatFull(row.last_message_at)}>
      {formatShort(row.last_message_at, now)}
    </time>
  );
}

/** One conversation in the list: who, what about, the last words, and what is known at a glance. */
export const Row = memo(function Row({ row, view, open, cursor, selected, gone, refused, waitingFirst, onSelect }: RowProps) {
  const t = useT();
  const { customer, preview } = row;
  const words = preview && (
    <>
      {preview.author_kind !== "customer" && <Reply className={cx("mirrored", styles.answered)} aria-label={t("row.answered")} />}
      <bdi>{preview.text}</bdi>
    </>
  );
  return (
    <div
      className={cx(styles.row, open && styles.open, cursor && styles.cursor, gone && styles.gone, refused && styles.refused)}
      data-unread={row.unread}
      data-selected={selected}
    >
      <label className={styles.pick}>
        <input
          type="checkbox"
          checked={selected}
          aria-label={t("row.select", { number: row.number })}
          onChange={() => undefined}
          onClick={(event) => onSelect(event.shiftKey)}
        />
        <Avatar name={nameCustomer(customer)} seed={customer.id} colour={customer.avatar_colour} />
        <span className={styles.channel}>
          <ChannelSign kind={row.channel.kind} />
        </span>
      </label>
      <Link to="/inbox/$view/$id" params={{ view, id: row.id }} search={(old) => old} className={styles.link} aria-current={open || undefined} data-row={row.id}>
        <span className={styles.first}>
          <span className={styles.name}>
            <bdi>{nameCustomer(customer)}</bdi>
          </span>
          {row.unread && <span className="sr-only">{t("row.unread")}</span>}
          <span className="sr-only">{tName("channel", row.channel.kind)}</span>
          <When row={row} waitingFirst={waitingFirst} />
        </span>
        <span className={styles.subject}>{row.subject ? <bdi>{row.subject}</bdi> : words}</span>
        <span className={styles.last}>
          <span className={styles.preview}>{row.subject && words}</span>
          <Marks row={row} />
        </span>
      </Link>
      {row.unread && <span className={styles.dot} />}
    </div>
  );
});
