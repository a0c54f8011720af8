import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { getConversation } from "@/conversations/api";
import type { Condition } from "@/lib/acts/sayRule";
import { formatDate } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";
import { keys } from "@/lib/query";
import { useSettled } from "@/lib/useSettled";

import { countMatches } from "./api";
import styles from "./Editor.module.css";

const PAUSE_MS = 500;

function ConversationLink({ id }: { id: string }) {
  const { data } = useQuery({ queryKey: keys.conversation(id), queryFn: () => getConversation(id) });
  if (!data) return null;
  return (
    <Link to="/conversations/$id" params={{ id }} target="_blank" className={styles.link}>
      #{data.number} <bdi>{data.subject || nameCustomer(data.customer)}</bdi>
    </Link>
  );
}

/** How often the condition would have held lately, counted while it is written. */
export function CountLine({ event, condition, complete }: { event: string; condition: Condition; complete: boolean }) {
  const t = useT();
  const asked = useSettled(complete ? JSON.stringify([event, condition]) : "", PAUSE_MS);
  const { data, isFetching } = useQuery({
    queryKey: ["rule-count", asked],
    queryFn: () => countMatches(...(JSON.parse(asked) as [string, Condition])),
    enabled: asked !== "",
    placeholderData: (before) => before,
    gcTime: 0,
  });
  if (!complete) return <p className={styles.count}>{t("rule_edit.count_incomplete")}</p>;
  if (!data) return <p className={styles.count}>{t("rule_edit.counting_now")}</p>;
  if (data.sampled === 0) return <p className={styles.count}>{t("rule_edit.count_nothing", { since: formatDate(data.since) })}</p>;
  return (
    <div className={styles.count} aria-live="polite" data-stale={isFetching}>
      <p>
        <strong>{t("rule_edit.count", { n: data.events })}</strong> {t("rule_edit.count_of", { n: data.sampled, since: formatDate(data.since) })}
      </p>
      {data.conversation_ids.length > 0 && (
        <p className={styles.links}>
          {data.conversation_ids.map((id) => (
            <ConversationLink key={id} id={id} />
          ))}
        </p>
      )}
    </div>
  );
}
