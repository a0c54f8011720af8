import type { Numbers } from "@parley/client/types";
import { SelectField } from "@parley/ui/Field";
import { Skeleton } from "@parley/ui/Skeleton";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { lazy, Suspense, type ReactNode } from "react";

import { useChannels, useSelf } from "@/lib/directory";
import { formatChange, formatNumber } from "@/lib/format/text";
import { formatLength } from "@/lib/format/time";
import { dayIn, shiftDay } from "@/lib/format/zone";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { useNow } from "@/lib/useNow";

import { getNumbers } from "./api";
import { Backlog } from "./Backlog";
import { DayTable } from "./DayTable";
import styles from "./NumbersPage.module.css";

const DayChart = lazy(() => import("./DayChart").then((file) => ({ default: file.DayChart })));

const RANGES = [7, 28, 90] as const;

type FigureProps = { label: string; value: string; change: string | null; better?: boolean | undefined; hint: string };

function Figure({ label, value, change, better, hint }: FigureProps) {
  const t = useT();
  return (
    <div className={styles.figure} title={hint}>
      <dt>{label}</dt>
      <dd>
        <span className={styles.value}>{value}</span>
        {change !== null && (
          <span className={styles.change} data-better={better}>
            {t("numbers.against", { change })}
          </span>
        )}
        <span className="sr-only">{hint}</span>
      </dd>
    </div>
  );
}

function Figures({ numbers, before }: { numbers: Numbers; before: Numbers | undefined }) {
  const t = useT();
  const compare = (name: "opened" | "messages_in" | "messages_out") => (before ? formatChange(numbers[name], before[name]) : null);
  const median = numbers.first_reply_median;
  const earlier = before?.first_reply_median ?? null;
  const both = median !== null && earlier !== null;
  const p90 = numbers.first_reply_p90;
  return (
    <dl className={styles.figures}>
      <Figure label={t("numbers.conversations")} value={formatNumber(numbers.opened)} change={compare("opened")} hint={t("numbers.conversations_hint")} />
      <Figure label={t("numbers.received")} value={formatNumber(numbers.messages_in)} change={compare("messages_in")} hint={t("numbers.received_hint")} />
      <Figure label={t("numbers.sent")} value={formatNumber(numbers.messages_out)} change={compare("messages_out")} hint={t("numbers.sent_hint")} />
      <Figure
        label={t("numbers.first_reply")}
        value={median === null ? "–" : formatLength(median)}
        change={both ? formatChange(median, earlier) : null}
        better={both ? median <= earlier : undefined}
        hint={t("numbers.first_reply_hint", { p90: p90 === null ? "–" : formatLength(p90) })}
      />
    </dl>
  );
}

/** Plain numbers: how much came, how fast it was answered, what is still open. */
export function NumbersPage(): ReactNode {
  const t = useT();
  const navigate = useNavigate();
  const { workspace } = useSelf();
  const { items: channels } = useChannels();
  const { days = 28, channel } = useSearch({ from: "/desk/numbers" });
  const zone = workspace.time_zone;
  const to = dayIn(zone, useNow());
  const from = shiftDay(to, 1 - days);
  const asked = { from, to, zone, channel };
  const earlier = { from: shiftDay(from, -days), to: shiftDay(from, -1), zone, channel };
  const query = useQuery({ queryKey: keys.numbers(asked), queryFn: () => getNumbers(asked), staleTime: 60_000, placeholderData: keepPreviousData });
  const { data: before } = useQuery({ queryKey: keys.numbers(earlier), queryFn: () => getNumbers(earlier), staleTime: 600_000 });
  const numbers = query.data;
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
          {numbers && (
            <>
              <Figures numbers={numbers} before={before} />
              <section className={styles.card}>
                <h2>{t("numbers.volume")}</h2>
                <Suspense fallback={<Skeleton lines={6} label={t("state.loading")} />}>
                  <DayChart numbers={numbers} channel={channel} />
                </Suspense>
                <DayTable numbers={numbers} channel={channel} />
              </section>
              <Backlog numbers={numbers} />
            </>
          )}
        </Loading>
      </div>
    </div>
  );
}
