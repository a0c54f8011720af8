import { Button } from "@parley/ui/Button";
import { CornerDownRight } from "lucide-react";

import { formatClock } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";

import styles from "./Newer.module.css";
import type { Collision } from "./useSend";

/** Somebody wrote while the reader was writing: what it says, and what to do with the answer. */
export function Newer({ collision, onAnyway, onReview }: { collision: Collision; onAnyway: () => void; onReview: () => void }) {
  const t = useT();
  const { newer } = collision;
  const names = [...new Set(newer.map((message) => message.author.name || t("customer.visitor")))].join(", ");
  return (
    <section className={styles.newer} role="alert" aria-label={t("newer.title", { names })}>
      <h2 className={styles.title}>{t("newer.title", { names })}</h2>
      <ul className={styles.list}>
        {newer.slice(-3).map((message) => (
          <li key={message.id} className={styles.message}>
            <CornerDownRight className="mirrored" />
            <bdi className={styles.name}>{message.author.name || t("customer.visitor")}</bdi>
            <span className={styles.text} dir="auto">
              {message.text}
            </span>
            <time dateTime={message.created_at}>{formatClock(message.created_at)}</time>
          </li>
        ))}
      </ul>
      <div className={styles.acts}>
        <span>{t("newer.kept")}</span>
        <Button size="s" onClick={onReview}>
          {t("newer.review")}
        </Button>
        <Button size="s" tone="primary" onClick={onAnyway}>
          {t("newer.anyway")}
        </Button>
      </div>
    </section>
  );
}
