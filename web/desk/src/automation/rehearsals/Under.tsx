import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { Progress } from "@parley/ui/Progress";

import { formatNumber } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";

import { isOver, type Rehearsal } from "./api";
import styles from "./Rehearsals.module.css";

/** How far a rehearsal has come, or why there is no report. */
export function Under({ rehearsal, mayWrite, busy, onCancel }: { rehearsal: Rehearsal; mayWrite: boolean; busy: boolean; onCancel: () => void }) {
  const t = useT();
  const { state, done, total, error } = rehearsal;
  if (state === "failed") return <Notice tone="red">{error ?? t("rehearsal.failed")}</Notice>;
  if (state === "cancelled") return <Notice>{t("rehearsal.was_cancelled")}</Notice>;
  if (isOver(state)) return null;
  return (
    <div className={styles.under} aria-live="polite">
      <Progress value={done} max={Math.max(total, 1)} label={t("rehearsal.progress")} />
      <div className={styles.line}>
        <span>{total === 0 ? t("rehearsal.queued") : t("rehearsal.so_far", { done: formatNumber(done), total: formatNumber(total) })}</span>
        {mayWrite && (
          <Button size="s" busy={busy} onClick={onCancel}>
            {t("rehearsal.cancel")}
          </Button>
        )}
      </div>
      <p className={styles.faint}>{t("rehearsal.may_leave")}</p>
    </div>
  );
}
