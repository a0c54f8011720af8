import type { Conversation, ConversationPromise } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";

import { formatDateTime, formatFull } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Section } from "@/lib/Section";

import { listPromises } from "./api";
import { TimeLeft } from "./TimeLeft";
import styles from "./TimeLeft.module.css";

const SHOWN = 6;

function Outcome({ promise }: { promise: ConversationPromise }) {
  const t = useT();
  const { due_at: dueAt, kind, state, paused, ended_at: endedAt } = promise;
  if (endedAt === null && !paused && dueAt !== null) return <TimeLeft row={{ promise_due_at: dueAt, promise_kind: kind }} />;
  const at = promise.met_at ?? endedAt;
  const shown = endedAt === null && paused ? "paused" : state === "broken" && promise.met_at !== null ? "late" : state;
  return (
    <span className={styles.state} data-state={state} title={at === null ? undefined : formatFull(at)}>
      {tName("promise.state", shown)}
      {endedAt !== null && <span className="sr-only">{t("promise.at", { at: formatDateTime(endedAt) })}</span>}
    </span>
  );
}

/** What the shop has promised in this conversation, and what became of it. */
export function Promises({ conversation }: { conversation: Conversation }) {
  const t = useT();
  const { data } = useQuery({ queryKey: keys.promises(conversation.id), queryFn: () => listPromises(conversation.id) });
  if (!data || data.items.length === 0) return null;
  return (
    <Section title={t("promise.title")}>
      <ul className={styles.list}>
        {data.items.slice(0, SHOWN).map((one) => (
          <li key={one.id} className={styles.promise}>
            <span className={one.ended_at === null ? undefined : styles.past} title={one.sla_name ?? undefined}>
              {tName("promise.kind", one.kind)}
            </span>
            <Outcome promise={one} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
