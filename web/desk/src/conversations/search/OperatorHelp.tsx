import type { Key } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import styles from "./SearchPage.module.css";

const OPERATORS: { sample: string; text: Key }[] = [
  { sample: "from:ana@example.com", text: "operator.from" },
  { sample: "to:help@example.com", text: "operator.to" },
  { sample: "channel:email", text: "operator.channel" },
  { sample: "status:closed", text: "operator.status" },
  { sample: "tag:refund", text: "operator.tag" },
  { sample: "assignee:me", text: "operator.assignee" },
  { sample: "after:2026-01-31", text: "operator.after" },
  { sample: "before:2026-12-31", text: "operator.before" },
  { sample: "has:attachment", text: "operator.has" },
  { sample: "number:1042", text: "operator.number" },
];

/** What can be written besides words. */
export function OperatorHelp({ onTry }: { onTry: (text: string) => void }) {
  const t = useT();
  return (
    <section className={styles.help}>
      <h1 className={styles.helpTitle}>{t("search.title")}</h1>
      <p className={styles.helpText}>{t("search.intro")}</p>
      <dl className={styles.operators}>
        {OPERATORS.map(({ sample, text }) => (
          <div key={sample} className={styles.operator}>
            <dt>
              <button type="button" className={styles.sample} onClick={() => onTry(sample)}>
                {sample}
              </button>
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
