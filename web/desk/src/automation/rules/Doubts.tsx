import type { FormAct } from "@parley/client/types";
import { Notice } from "@parley/ui/Notice";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { sayAct } from "@/lib/acts/sayAct";
import { sayField, sayTest } from "@/lib/acts/sayTest";
import type { Sources } from "@/lib/acts/useSources";
import type { Words } from "@/lib/acts/useVocabulary";
import { formatList } from "@/lib/format/text";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { useSettled } from "@/lib/useSettled";

import { checkRule, type Doubt, type RuleBody } from "./api";
import styles from "./Editor.module.css";

const PAUSE_MS = 700;

/** The words that the sentence of a finding needs. */
function sayValues({ act, field, first, second, length }: Record<string, unknown>, sources: Sources): Record<string, string> {
  return {
    act: typeof act === "string" ? tName("act_form", act) : "",
    field: typeof field === "string" ? sayField(field) : "",
    first: first ? sayAct(first as FormAct, sources) : "",
    second: second ? sayAct(second as FormAct, sources) : "",
    length: typeof length === "number" ? String(length) : "",
  };
}

/** Fields with values under which it happens. */
function Example({ example, words, sources }: { example: Record<string, unknown>; words: Words; sources: Sources }) {
  const t = useT();
  const tests = Object.entries(example).map(([field, value]) => {
    const word = words.fields.get(field);
    return sayTest({ field, op: word?.kind === "choices" ? "has" : "is", value }, word, sources);
  });
  if (tests.length === 0) return null;
  return <p className={styles.faint}>{t("rule_check.example", { tests: formatList(tests) })}</p>;
}

type DoubtsProps = { rule: RuleBody; id: string | null; name: string; complete: boolean; words: Words; sources: Sources };

/** What the static check finds, beside the other rules that are on, while the rule is written. */
export function Doubts({ rule, id, name, complete, words, sources }: DoubtsProps) {
  const t = useT();
  // What is incomplete is not asked about, nor what was so a moment ago.
  const asked = useSettled(complete ? JSON.stringify([rule, id, name]) : "", PAUSE_MS);
  const { data } = useQuery({
    queryKey: ["rule-check", asked],
    queryFn: () => checkRule(...(JSON.parse(asked) as [RuleBody, string | null, string])),
    enabled: asked !== "",
    placeholderData: (before) => before,
    retry: false,
    gcTime: 0,
  });
  if (!complete || !data || data.length === 0) return null;
  const others = (one: Doubt) => one.rules.filter((rule_) => rule_.id !== id && rule_.name !== "");
  return (
    <section className={styles.doubts} aria-label={t("rule_check.title")}>
      {data.map((one, i) => (
        <Notice key={i} tone={one.severity === "error" ? "red" : "amber"} title={tName("rule_check", one.kind, sayValues(one.values ?? {}, sources))}>
          {others(one).length > 0 && (
            <p className={styles.links}>
              {others(one).map((other) =>
                /^0[0-]+$/.test(other.id) ? null : (
                  <Link key={other.id} to="/settings/rules/$id" params={{ id: other.id }} className={styles.link}>
                    {other.name}
                  </Link>
                ),
              )}
            </p>
          )}
          {typeof one.example === "object" && one.example !== null && <Example example={one.example as Record<string, unknown>} words={words} sources={sources} />}
        </Notice>
      ))}
    </section>
  );
}
