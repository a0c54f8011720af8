import { useT } from "@/lib/i18n/useT";

import type { Day } from "./days";
import styles from "./Forecast.module.css";
import { formatDayLong, formatFew, formatHour, formatSpan, formatWhole } from "./words";

/** The same hours to be read, with how many agents each keeps busy. */
export function ForecastTable({ days, zone }: { days: readonly Day[]; zone: string }) {
  const t = useT();
  return (
    <details className={styles.details}>
      <summary>{t("numbers.as_table")}</summary>
      <table className={styles.table}>
        <caption className="sr-only">{t("forecast.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("forecast.hour")}</th>
            <th scope="col">{t("forecast.expected")}</th>
            <th scope="col">{t("forecast.range")}</th>
            <th scope="col">{t("forecast.agents")}</th>
          </tr>
        </thead>
        {days.map(({ day, hours }) => (
          <tbody key={day}>
            <tr>
              <th scope="rowgroup" colSpan={4}>
                {formatDayLong(day)}
              </th>
            </tr>
            {hours.map((one) => (
              <tr key={one.hour}>
                <th scope="row">
                  <time dateTime={one.hour}>{formatHour(one.hour, zone)}</time>
                </th>
                <td>{formatFew(one.expected)}</td>
                <td>{formatSpan(one.low, one.high, formatFew)}</td>
                <td>{one.agents === undefined || one.agents === null ? "–" : formatWhole(one.agents)}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </details>
  );
}
