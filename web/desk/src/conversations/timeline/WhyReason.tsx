import type { Reason } from "@parley/client/types";
import { Link } from "@tanstack/react-router";

import { TestList, type Tested } from "@/lib/acts/TestList";
import { tName } from "@/lib/i18n/catalogue";
import { T, useT } from "@/lib/i18n/useT";

import styles from "./Why.module.css";

type Skipped = { act: string; why: string };

/** What a sentence can be filled with; lists and objects are shown in their own way. */
function scalars(values: Record<string, unknown>): Record<string, string | number> {
  const plain = Object.entries(values).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value) || value === null);
  return Object.fromEntries(plain.map(([name, value]) => [name, typeof value === "number" ? value : String(value)]));
}

function listOf<V>(value: unknown): V[] {
  return Array.isArray(value) ? (value as V[]) : [];
}

/** One reason in words, with the tests that decided it and what was left out. */
export function WhyReason({ reason: { key, values = {} } }: { reason: Reason }) {
  const t = useT();
  const tests = listOf<Tested>(values.tests);
  // Macros say by number what they left out, and that is said by its sentence.
  const skipped = listOf<Skipped>(values.skipped).filter((one) => typeof one.act === "string");
  const rule = typeof values.rule_id === "string" ? values.rule_id : null;
  return (
    <li className={styles.reason}>
      <p>
        {rule === null ? (
          tName("why_reason", key, scalars(values))
        ) : (
          <T
            k={key === "rule.circle" ? "why_reason.rule.circle" : tests.length > 0 ? "why_reason.rule.matched" : "why_reason.rule.always"}
            name={
              <Link key="rule" to="/settings/rules/$id" params={{ id: rule }} className={styles.rule}>
                {String(values.name)}
              </Link>
            }
            version={String(values.version)}
          />
        )}
      </p>
      {tests.length > 0 && <TestList tests={tests} />}
      {skipped.map((one, i) => (
        <p key={i} className={styles.faint}>
          {t("why.skipped", { act: tName("act_form", one.act), why: tName("why_skipped", one.why) })}
        </p>
      ))}
    </li>
  );
}
