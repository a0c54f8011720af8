import { useState, type PointerEvent } from "react";

import { useT } from "@/lib/i18n/useT";

import type { Hour } from "./api";
import { drawHours, findTop, type Day } from "./days";
import styles from "./Forecast.module.css";
import { formatFew, formatHourOfDay, formatSpan, formatWhole } from "./words";

// Half the width of the tip, in rem: it stays inside the chart.
const HALF = 6.5;

function Tip({ hour, zone, share }: { hour: Hour; zone: string; share: number }) {
  const t = useT();
  const agents = hour.agents ?? null;
  return (
    <div className={styles.tip} role="presentation" style={{ insetInlineStart: `clamp(0px, calc(${(100 * share).toFixed(2)}% - ${HALF}rem), calc(100% - ${2 * HALF}rem))` }}>
      <span className={styles.faint}>{formatHourOfDay(hour.hour, zone)}</span>
      <span className={styles.tipLine}>
        <span>{t("forecast.expected")}</span>
        <b>{formatFew(hour.expected)}</b>
      </span>
      <span className={styles.tipLine}>
        <span>{t("forecast.range")}</span>
        <span>{formatSpan(hour.low, hour.high, formatFew)}</span>
      </span>
      {agents !== null && (
        <span className={styles.tipLine}>
          <span>{t("forecast.agents")}</span>
          <span>{formatWhole(agents)}</span>
        </span>
      )}
    </div>
  );
}

/** What is expected by the hour as a line in its range, with the days below; pointing at an hour says its numbers. */
export function ForecastChart({ days, zone, label }: { days: readonly Day[]; zone: string; label: string }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const hours = days.flatMap((one) => one.hours);
  const top = findTop(Math.max(...hours.map((one) => one.high)));
  const { line, range } = drawHours(hours, top);
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const part = (event.clientX - box.left) / Math.max(1, box.width);
    const share = getComputedStyle(event.currentTarget).direction === "rtl" ? 1 - part : part;
    setPointed(Math.min(hours.length - 1, Math.max(0, Math.floor(share * hours.length))));
  };
  const hour = pointed === null ? undefined : hours[pointed];
  const starts = days.map((_, i) => days.slice(0, i).reduce((sum, one) => sum + one.hours.length, 0));
  const middle = pointed === null ? 0 : pointed + 0.5;
  return (
    <div className={styles.stage}>
      <div className={styles.scale} aria-hidden="true">
        <span>{formatWhole(top)}</span>
        <span>{formatFew(top / 2)}</span>
        <span>{formatWhole(0)}</span>
      </div>
      <div className={styles.plot} role="presentation" onPointerMove={point} onPointerDown={point} onPointerLeave={() => setPointed(null)}>
        <svg className={styles.drawing} viewBox={`0 0 ${hours.length} 100`} preserveAspectRatio="none" role="img" aria-label={label}>
          {[0, 50, 100].map((y) => (
            <line key={y} className={styles.grid} x1={0} x2={hours.length} y1={y} y2={y} />
          ))}
          {starts.slice(1).map((x) => (
            <line key={x} className={styles.midnight} x1={x} x2={x} y1={0} y2={100} />
          ))}
          <path className={styles.range} d={range} />
          <path className={styles.line} d={line} />
          {hour && <line className={styles.pointer} x1={middle} x2={middle} y1={0} y2={100} />}
        </svg>
        {hour && <Tip hour={hour} zone={zone} share={middle / hours.length} />}
      </div>
    </div>
  );
}
