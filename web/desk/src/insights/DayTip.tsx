import { formatDay, formatDayShort } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";

import type { Day, Metric } from "./metrics";
import styles from "./NumbersPage.module.css";

// Half the width of the tip: it stays inside the chart.
const HALF = 112;

/** What a day of the chart says when it is pointed at: the value, the day it is compared with, the way on. */
export function DayTip({ day, earlier, metric, x, width }: { day: Day; earlier: Day | undefined; metric: Metric; x: number; width: number }) {
  const t = useT();
  const noon = (which: string) => `${which}T12:00:00`;
  const show = (value: number | null) => (value === null ? "–" : metric.format(value));
  return (
    <div className={styles.tip} role="presentation" style={{ left: Math.min(Math.max(x, HALF), Math.max(HALF, width - HALF)) }}>
      <span className={styles.tipDay}>{formatDay(noon(day.day))}</span>
      <span className={styles.tipLine}>
        <span>{t(metric.label)}</span>
        <b>{show(metric.ofDay(day))}</b>
      </span>
      {earlier && (
        <span className={styles.tipLine} data-faint>
          <span>{formatDayShort(noon(earlier.day))}</span>
          <span>{show(metric.ofDay(earlier))}</span>
        </span>
      )}
      <span className={styles.tipHint}>{t("numbers.press")}</span>
    </div>
  );
}
