import { Empty } from "@parley/ui/Empty";
import { SelectField } from "@parley/ui/Field";
import { Skeleton } from "@parley/ui/Skeleton";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChartNoAxesColumn, ChevronLeft } from "lucide-react";
import { lazy, Suspense, useCallback, type ReactNode } from "react";

import { Forecast } from "@/automation/forecast/Forecast";
import { Kept } from "@/automation/promises/Kept";
import { useChannels, useSelf } from "@/lib/directory";
import { formatDayRange, formatLength } from "@/lib/format/time";
import { dayIn, shiftDay } from "@/lib/format/zone";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { useNow } from "@/lib/useNow";

import { getNumbers } from "./api";
import { Backlog } from "./Backlog";
import { countsMessages, dayFilter, writtenOn } from "./dayFilter";
import { DayTable } from "./DayTable";
import { Figures } from "./Figures";
import { findMetric, type MetricKey } from "./metrics";
import styles from "./NumbersPage.module.css";

const DayChart = lazy(() => import("./DayChart").then((file) => ({ default: file.DayChart })));

const RANGES = [7, 28, 90] as const;

/** Plain numbers: how much came, how fast it was answered, what is still open. */
export function NumbersPage(): ReactNode {
  const t = useT();
  const navigate = useNavigate();
  const { workspace } = useSelf();
  const { items: channels, byId } = useChannels();
  const { days = 28, channel, show } = useSearch({ from: "/desk/numbers" });
  const metric = findMetric(show);
  const zone = workspace.time_zone;
  const to = dayIn(zone, useNow());
  const from = shiftDay(to, 1 - days);
  const asked = { from, to, zone, channel };
  const earlier = { from: shiftDay(from, -days), to: shiftDay(from, -1), zone, channel };
  const query = useQuery({ queryKey: keys.numbers(asked), queryFn: () => getNumbers(asked), staleTime: 60_000, placeholderData: keepPreviousData });
  const { data: before } = useQuery({ queryKey: keys.numbers(earlier), queryFn: () => getNumbers(earlier), staleTime: 600_000 });
  const numbers = query.data;
  const nothing = numbers !== undefined && before !== undefined && channel === undefined && [numbers, before].every((one) => one.opened + one.messages_in + one.messages_out === 0) && numbers.backlog_by_status.length === 0;
  const kind = channel === undefined ? undefined : byId.get(channel)?.kind;
  const choose = (key: MetricKey) => void navigate({ to: "/numbers", search: (old) => ({ ...old, show: key }), replace: true });
  const open = useCallback(
    (day: string) => {
      if (countsMessages(metric.key)) void navigate({ to: "/search", search: { q: writtenOn(day, kind) } });
      else void navigate({ to: "/inbox/$view", params: { view: "all" }, search: dayFilter(day, zone, channel) });
    },
    [metric, navigate, kind, zone, channel],
  );
  return (
    <div className="page-scroll">
      <div className={styles.page}>
        <header className={styles.head}>
          <Link to="/inbox" className={styles.back} aria-label={t("nav.views")}>
            <ChevronLeft className="mirrored" />
          </Link>
          <h1 className={styles.title}>{t("nav.numbers")}</h1>
          <SelectField label={t("numbers.range")} hideLabel value={String(days)} onChange={(event) => void navigate({ to: "/numbers", search: (old) => ({ ...old, days: Number(event.target.value) }) })}>
            {RANGES.map((n) => (
              <option key={n} value={n}>
                {t("numbers.days", { n })}
              </option>
            ))}
          </SelectField>
          <SelectField
            label={t("filter.channel")}
            hideLabel
            value={channel ?? ""}
            onChange={(event) => void navigate({ to: "/numbers", search: (old) => ({ ...old, channel: event.target.value || undefined }) })}
          >
            <option value="">{t("numbers.all_channels")}</option>
            {channels.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </SelectField>
        </header>
        <Loading query={query}>
          {numbers && nothing && (
            <Empty icon={<ChartNoAxesColumn />} title={t("numbers.empty_title")}>
              {t("numbers.empty")}
            </Empty>
          )}
          {numbers && !nothing && (
            <>
              <Figures numbers={numbers} before={before} chosen={metric.key} onChoose={choose} />
              <section className={styles.card}>
                <header className={styles.cardHead}>
                  <h2>{t(metric.label)}</h2>
                  <p className={styles.legend}>
                    <span className={styles.now}>{formatDayRange(numbers.since, numbers.until)}</span>
                    {before && <span className={styles.then}>{formatDayRange(before.since, before.until)}</span>}
                  </p>
                </header>
                <p className={styles.hint}>{t(metric.hint, { p90: numbers.first_reply_p90 === null ? "–" : formatLength(numbers.first_reply_p90) })}</p>
                <Suspense fallback={<Skeleton lines={6} label={t("state.loading")} />}>
                  <DayChart numbers={numbers} before={before} metric={metric} onOpen={open} />
                </Suspense>
                <DayTable numbers={numbers} channel={channel} />
              </section>
              <Forecast />
              <Kept />
              <Backlog numbers={numbers} />
            </>
          )}
        </Loading>
      </div>
    </div>
  );
}
