import type { Key } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import styles from "./OperatorHelp.module.css";

const OPERATORS: { sample: string; text: Key }[] = [
  { sample: '"blue shoes"', text: "operator.phrase" },
  { sample: "ship*", text: "operator.begin" },
  { sample: "-refund", text: "operator.without" },
  { sample: "from:ana@example.com", text: "operator.from" },
  { sample: "to:help@example.com", text: "operator.to" },
  { sample: "channel:email", text: "operator.channel" },
  { sample: "status:closed", text: "operator.status" },
  { sample: "tag:refund", text: "operator.tag" },
  { sample: "assignee:me", text: "operator.assignee" },
  { sample: "after:2026-01-31", text: "operator.after" },
  { sample: "before:2026-12-31", text: "operator.before" },
  { sample: "has:attachment", text: "operator.has" },
  { sample: "is:note", text: "operator.note" },
  { sample: "number:1042", text: "operator.number" },
];

/** What can be written besides words, to be put into the field by a press. */
export function OperatorList({ onTry }: { onTry: (text: string) => void }) {
  const t = useT();
  return (
    <dl className={styles.operators}>
      {OPERATORS.map(({ sample, text }) => (
        <div key={sample} className={styles.operator}>
          <dt>
            <button type="button" className={styles.sample} onClick={() => onTry(sample)}>
              <bdi>{sample}</bdi>
            </button>
          </dt>
          <dd>{t(text)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the page says before anything was looked for. */
export function OperatorHelp({ onTry }: { onTry: (text: string) => void }) {
  const t = useT();
  return (
    <section className={styles.help}>
      <h2 className={styles.title}>{t("search.title")}</h2>
      <p className={styles.text}>{t("search.intro")}</p>
      <OperatorList onTry={onTry} />
    </section>
  );
}
