import { Skeleton } from "@parley/ui/Skeleton";
import { useQuery } from "@tanstack/react-query";

import { useSelf } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { forecastKey, listForecast } from "./api";
import { groupDays, type Day } from "./days";
import styles from "./Forecast.module.css";
import { ForecastChart } from "./ForecastChart";
import { ForecastTable } from "./ForecastTable";
import { findBusiest, formatDayLong, formatDayOf, formatHour, formatSpan, formatWhole } from "./words";

/** What a day brings: its sum, the range, and how many agents its busiest hour takes. */
function DayFigure({ day, zone, first }: { day: Day; zone: string; first: boolean }) {
  const t = useT();
  const edge = first ? day.hours[0]?.hour : day.hours.at(-1)?.hour;
  return (
    <li className={styles.day} style={{ flexGrow: day.hours.length }} data-part={!day.whole}>
      <span className={styles.faint}>{formatDayOf(day.day)}</span>
      <b className={styles.number}>{formatWhole(day.expected)}</b>
      <span className={styles.faint}>
        <span className="sr-only">{t("forecast.range")} </span>
        {formatSpan(day.low, day.high, formatWhole)}
      </span>
      {day.agents !== null && <span className={styles.soft}>{t("forecast.at_most", { n: day.agents })}</span>}
      {!day.whole && edge !== undefined && (
        <span className={styles.faint}>{first ? t("forecast.from", { clock: formatHour(edge, zone) }) : t("forecast.until", { clock: formatHour(new Date(Date.parse(edge) + 3_600_000).toISOString(), zone) })}</span>
      )}
    </li>
  );
}

/** How much the next seven days will probably bring, and how many agents that takes. */
export function Forecast() {
  const t = useT();
  const zone = useSelf().workspace.time_zone;
  const query = useQuery({ queryKey: forecastKey, queryFn: listForecast, staleTime: 10 * 60_000, refetchInterval: 30 * 60_000 });
  const days = groupDays(query.data?.items ?? [], zone);
  const busiest = findBusiest(days);
  const sum = days.reduce((all, one) => all + one.expected, 0);
  const label = busiest ? t("forecast.label", { n: Math.round(sum), day: formatDayLong(busiest.day) }) : t("forecast.title");
  return (
    <section className={styles.card} aria-labelledby="forecast-title">
      <h2 id="forecast-title">{t("forecast.title")}</h2>
      {query.isPending && <Skeleton lines={6} label={t("state.loading")} />}
      {query.isError && query.data === undefined && <p className={styles.hint}>{explain(query.error)}</p>}
      {query.data && days.length === 0 && <p className={styles.hint}>{t("forecast.empty")}</p>}
      {days.length > 0 && (
        <>
          <p className={styles.hint}>{t("forecast.hint", { zone: zone.replaceAll("_", " ") })}</p>
          <ForecastChart days={days} zone={zone} label={label} />
          <ul className={styles.days} aria-label={t("forecast.by_day")}>
            {days.map((one, i) => (
              <DayFigure key={one.day} day={one} zone={zone} first={i === 0} />
            ))}
          </ul>
          {days.every((one) => one.agents === null) && <p className={styles.hint}>{t("forecast.no_pace")}</p>}
          <ForecastTable days={days} zone={zone} />
        </>
      )}
    </section>
  );
}
