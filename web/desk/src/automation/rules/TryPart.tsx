import type { ConversationRow } from "@parley/client/types";
import { TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { listConversations, search } from "@/conversations/api";
import { sayDeed } from "@/lib/acts/sayDeed";
import { TestList } from "@/lib/acts/TestList";
import { useSources } from "@/lib/acts/useSources";
import { formatAgo } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";
import { explain } from "@/lib/problem";
import { useSettled } from "@/lib/useSettled";

import { tryRule, type RuleBody, type Tried } from "./api";
import styles from "./Editor.module.css";

const PAUSE_MS = 300;
const MOST = 6;

async function find(q: string): Promise<ConversationRow[]> {
  const items = q === "" ? (await listConversations({}, null)).items : (await search(q, null)).items.map((hit) => hit.conversation);
  return items.slice(0, MOST);
}

function Outcome({ tried }: { tried: Tried }) {
  const t = useT();
  const sources = useSources();
  if (!tried.found) return <Notice>{t("rule_try.nothing_yet")}</Notice>;
  const acts = tried.acts ?? [];
  const skipped = tried.skipped ?? [];
  return (
    <div className={styles.outcome} role="status">
      <Notice tone={tried.holds ? "green" : "plain"}>{t(tried.holds ? "rule_try.holds" : "rule_try.holds_not")}</Notice>
      <TestList tests={tried.findings ?? []} />
      {tried.holds && (
        <>
          <h4>{t("rule_try.would")}</h4>
          <ul className={styles.bullets}>
            {acts.map((one, i) => (
              <li key={i}>{sayDeed(one.name, one.args as Record<string, unknown>, sources)}</li>
            ))}
            {skipped.map((one, i) => (
              <li key={`s${String(i)}`} className={styles.faint}>
                {tName("act_form", one.act ?? "")}: {tName("why_skipped", one.why ?? "")}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** The rule as it stands in the editor, on a conversation of one's choice; nothing is done. */
export function TryPart({ rule, complete }: { rule: RuleBody; complete: boolean }) {
  const t = useT();
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<ConversationRow | null>(null);
  const q = useSettled(typed.trim(), PAUSE_MS);
  const found = useQuery({ queryKey: ["rule-try", "find", q], queryFn: () => find(q), placeholderData: keepPreviousData, enabled: chosen === null });
  const body = useSettled(complete ? JSON.stringify(rule) : "", PAUSE_MS);
  const tried = useQuery({
    queryKey: ["rule-try", chosen?.id, body],
    queryFn: () => tryRule(JSON.parse(body) as RuleBody, chosen?.id ?? ""),
    enabled: chosen !== null && body !== "",
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  if (chosen !== null) {
    return (
      <>
        <p className={styles.chosen}>
          <span>
            #{chosen.number} <bdi>{chosen.subject || nameCustomer(chosen.customer)}</bdi>
          </span>
          <button type="button" className={styles.link} onClick={() => setChosen(null)}>
            {t("rule_try.another")}
          </button>
        </p>
        {!complete ? <p className={styles.faint}>{t("rule_try.incomplete")}</p> : tried.isError ? <Notice tone="amber">{explain(tried.error)}</Notice> : tried.data && <Outcome tried={tried.data} />}
      </>
    );
  }
  return (
    <>
      <TextField label={t("rule_try.find")} hideLabel placeholder={t("rule_try.find")} type="search" value={typed} onChange={(event) => setTyped(event.target.value)} />
      {found.data?.length === 0 && <p className={styles.faint}>{t("join.nothing")}</p>}
      <ul className={styles.found}>
        {found.data?.map((one) => (
          <li key={one.id}>
            <button type="button" onClick={() => setChosen(one)}>
              <span>
                #{one.number} <bdi>{one.subject || nameCustomer(one.customer)}</bdi>
              </span>
              <small>{formatAgo(one.last_message_at)}</small>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
