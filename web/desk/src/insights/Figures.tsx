import type { Numbers } from "@parley/client/types";
import { Tooltip } from "@parley/ui/Tooltip";

import { formatChange } from "@/lib/format/text";
import { formatDayRange, formatLength } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";

import { METRICS, type Metric, type MetricKey } from "./metrics";
import styles from "./Figures.module.css";

type FigureProps = { metric: Metric; numbers: Numbers; before: Numbers | undefined; chosen: boolean; onChoose: () => void };

function judge(metric: Metric, now: number, earlier: number): boolean | undefined {
  if (metric.lessIsBetter === null || now === earlier) return undefined;
  return metric.lessIsBetter === now < earlier;
}

function Figure({ metric, numbers, before, chosen, onChoose }: FigureProps) {
  const t = useT();
  const now = metric.total(numbers);
  const earlier = before ? metric.total(before) : null;
  const change = now === null || earlier === null ? null : formatChange(now, earlier);
  const p90 = numbers.first_reply_p90;
  const hint = t(metric.hint, { p90: p90 === null ? "–" : formatLength(p90) });
  const tip = before && earlier !== null ? `${hint} ${t("numbers.before", { range: formatDayRange(before.since, before.until), value: metric.format(earlier) })}` : hint;
  return (
    <Tooltip text={tip}>
      <button type="button" className={styles.figure} aria-pressed={chosen} onClick={onChoose}>
        <span className={styles.label}>{t(metric.label)}</span>
        <span className={styles.value}>{now === null ? "–" : metric.format(now)}</span>
        <span className={styles.change} data-better={now === null || earlier === null ? undefined : judge(metric, now, earlier)}>
          {change === null ? t("numbers.no_before") : t("numbers.against", { change })}
        </span>
      </button>
    </Tooltip>
  );
}

/** The totals of the range, each against the range before; the chosen one is drawn below. */
export function Figures({ numbers, before, chosen, onChoose }: { numbers: Numbers; before: Numbers | undefined; chosen: MetricKey; onChoose: (key: MetricKey) => void }) {
  const t = useT();
  return (
    <div className={styles.figures} role="group" aria-label={t("numbers.choose")}>
      {METRICS.map((metric) => (
        <Figure key={metric.key} metric={metric} numbers={numbers} before={before} chosen={metric.key === chosen} onChoose={() => onChoose(metric.key)} />
      ))}
    </div>
  );
}
