import type { ConversationRow } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Dot } from "@parley/ui/Chip";
import { cx } from "@parley/ui/cx";
import { Link } from "@tanstack/react-router";
import { ChevronUp, ChevronsUp, Clock, Reply, Star } from "lucide-react";
import { memo, type ReactNode } from "react";

import { ChannelSign } from "@/lib/ChannelSign";
import { useAgents, useMay, useTags } from "@/lib/directory";
import { formatList } from "@/lib/format/text";
import { formatFull, formatLength, formatShort, formatUpcoming } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { useNow } from "@/lib/useNow";
import { nameCustomer } from "@/lib/names";

import { MoodMark } from "../moods/MoodMark";
import { TimeLeft } from "../promises/TimeLeft";
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
  /** Where the row leads, other than into its view. */
  to?: "/brief/$id" | undefined;
  /** Left out where nothing is chosen for acts on many. */
  onSelect?: (range: boolean) => void;
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

const SHOWN = 2;

function Tags({ ids }: { ids: readonly string[] }) {
  const { byId } = useTags();
  const known = ids.map((id) => byId.get(id)).filter((tag) => tag !== undefined);
  const hidden = known.slice(SHOWN);
  return (
    <span className={styles.tags}>
      {known.slice(0, SHOWN).map((tag) => (
        <span key={tag.id} className={styles.tag} title={tag.name}>
          <Dot colour={tag.colour} />
          <span className={styles.word} dir="auto">
            {tag.name}
          </span>
        </span>
      ))}
      {hidden.length > 0 && (
        <span className={styles.rest} title={formatList(hidden.map((tag) => tag.name))}>
          <bdi>+{hidden.length}</bdi>
        </span>
      )}
    </span>
  );
}

function Assignee({ id }: { id: string | null }) {
  const t = useT();
  const { byId } = useAgents();
  const agent = id === null ? undefined : byId.get(id);
  if (!agent) return <span className={styles.nobody} role="img" aria-label={t("assignee.none")} title={t("assignee.none")} />;
  return <Avatar name={agent.name} colour={agent.avatar_colour} seed={agent.id} size="xs" silent={false} />;
}

/** The last line: by which way it came, what it is about, how urgent, and whose it is. */
function Marks({ row }: { row: ConversationRow }) {
  const t = useT();
  return (
    <span className={styles.marks}>
      <span className={styles.channel} title={row.channel.name}>
        <ChannelSign kind={row.channel.kind} />
        {row.tags.length === 0 && <span className={styles.word} aria-hidden="true">{row.channel.name}</span>}
      </span>
      <Tags ids={row.tags} />
      {row.rating !== null && (
        <span className={styles.rating} role="img" aria-label={t("row.rating", { n: row.rating })}>
          <Star />
          {row.rating}
        </span>
      )}
      <MoodMark sentiment={row.sentiment} />
      <TimeLeft row={row} />
      <PriorityMark priority={row.priority} />
      <Assignee id={row.assignee_id} />
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

type WayProps = Pick<RowProps, "view" | "open" | "to"> & { id: string; children: ReactNode };

function Way({ id, view, to, open, children }: WayProps) {
  const shared = { className: styles.link, "aria-current": open || undefined, "data-row": id };
  if (to !== undefined) {
    return (
      <Link to={to} params={{ id }} search {...shared}>
        {children}
      </Link>
    );
  }
  return (
    <Link to="/inbox/$view/$id" params={{ view, id }} search {...shared}>
      {children}
    </Link>
  );
}

/** One conversation in the list: who, what about, the last words, and what is known at a glance. */
export const Row = memo(function Row({ row, view, open, cursor, selected, gone, refused, waitingFirst, to, onSelect }: RowProps) {
  const t = useT();
  const mayChoose = useMay("conversations:bulk");
  const { customer, preview } = row;
  return (
    <div
      className={cx(styles.row, open && styles.open, cursor && styles.cursor, gone && styles.gone, refused && styles.refused)}
      data-unread={row.unread}
      data-selected={selected}
    >
      <label className={styles.pick}>
        {mayChoose && onSelect && (
          <input
            type="checkbox"
            checked={selected}
            aria-label={t("row.select", { number: row.number })}
            onChange={() => undefined}
            onClick={(event) => onSelect(event.shiftKey)}
          />
        )}
        <Avatar name={nameCustomer(customer)} seed={customer.id} colour={customer.avatar_colour} />
      </label>
      <Way id={row.id} view={view} to={to} open={open}>
        <span className={styles.first}>
          <span className={styles.name} dir="auto">
            {nameCustomer(customer)}
          </span>
          {row.unread && <span className="sr-only">{t("row.unread")}</span>}
          <span className="sr-only">{tName("channel", row.channel.kind)}</span>
          <When row={row} waitingFirst={waitingFirst} />
        </span>
        <span className={styles.about}>
          {row.subject && (
            <span className={styles.subject} dir="auto">
              {row.subject}
            </span>
          )}
          {preview && preview.author_kind !== "customer" && <Reply className={cx("mirrored", styles.answered)} aria-label={t("row.answered")} />}
          {preview && (
            <span className={styles.preview} dir="auto">
              {preview.text}
            </span>
          )}
        </span>
        <Marks row={row} />
      </Way>
      {row.unread && <span className={styles.dot} />}
    </div>
  );
});
