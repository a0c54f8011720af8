import type { Id, TimelineEvent } from "@parley/client/types";
import { useMemo, useState } from "react";

import { useAgents, useCustomFields, useTags, useTeams } from "@/lib/directory";
import { formatClock, formatFull } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";

import { TakeApart } from "../merge/TakeApart";
import { describeEvent, type Names } from "./describe";
import styles from "./EventLines.module.css";
import { Why } from "./Why";

const SHOWN = 3;

function useNames(customer: string): Names {
  const agents = useAgents();
  const teams = useTeams();
  const tags = useTags();
  const fields = useCustomFields();
  return useMemo(
    () => ({
      customer,
      agent: (id) => agents.byId.get(id)?.name ?? "…",
      team: (id) => teams.byId.get(id)?.name ?? "…",
      tag: (id) => tags.byId.get(id)?.name ?? "…",
      field: (key) => fields.items.find((field) => field.key === key)?.label ?? key,
    }),
    [customer, agents, teams, tags, fields],
  );
}

/** Thin lines on what happened between the messages; a long run is folded to its end. */
export function EventLines({ events, customer, conversationId }: { events: readonly TimelineEvent[]; customer: string; conversationId?: Id }) {
  const t = useT();
  const names = useNames(customer);
  const [open, setOpen] = useState(false);
  // What was shown once is not folded away by what follows: somebody may be reading its reasons.
  const [hidden] = useState(() => (events.length > SHOWN + 1 ? events.length - SHOWN : 0));
  const folded = !open && hidden > 0;
  const shown = folded ? events.slice(hidden) : events;
  return (
    <ul className={styles.lines} data-print="no">
      {folded && (
        <li className={styles.line}>
          <button type="button" className={styles.more} onClick={() => setOpen(true)}>
            {t("event.more", { n: hidden })}
          </button>
        </li>
      )}
      {shown.map((event) => (
        <li key={event.id} className={styles.line}>
          <span>{describeEvent(event, names)}</span>
          <time dateTime={event.at} title={formatFull(event.at)}>
            {formatClock(event.at)}
          </time>
          {event.data.merge_id !== undefined && event.data.undone !== true && conversationId !== undefined && <TakeApart event={event} conversationId={conversationId} />}
          {event.decision_id !== null && <Why id={event.decision_id} conversationId={conversationId ?? null} />}
        </li>
      ))}
    </ul>
  );
}
