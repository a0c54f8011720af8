import type { Numbers } from "@parley/client/types";
import { SelectField } from "@parley/ui/Field";
import { Skeleton } from "@parley/ui/Skeleton";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { lazy, Suspense, type ReactNode } from "react";

import { useChannels, useSelf } from "@/lib/directory";
import { formatChange, formatCount, formatNumber } from "@/lib/format/text";
import { formatAgo, formatLength } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";

import { getNumbers } from "./api";
import { DayTable } from "./DayTable";
import styles from "./NumbersPage.module.css";

const DayChart = lazy(() => import("./DayChart").then((file) => ({ default: file.DayChart })));

const RANGES = [7, 28, 90] as const;

function isoDay(date: Date): string {
  return date.toLocaleDateString("sv-SE");
}

function Figure({ label, value, change, better, hint }: { label: string; value: string; change?: string | null | undefined; better?: boolean | undefined; hint: string }) {
  const t = useT();
  return (
    <div className={styles.figure} title={hint}>
      <dt>{label}</dt>
      <dd>
        <span className={styles.value}>{value}</span>
        {change !== null && change !== undefined && (
          <span className={styles.change} data-better={better}>
            {t("numbers.against", { change })}
          </span>
        )}
      </dd>
    </div>
  );
}

function Figures({ numbers }: { numbers: Numbers }) {
  const t = useT();
  const { volume, first_reply: reply, previous: before } = numbers;
  const sum = (name: "received" | "conversations" | "closed") => volume.reduce((total, day) => total + day[name], 0);
  const compare = (name: "received" | "conversations" | "closed") => (before ? formatChange(sum(name), before[name]) : null);
  const median = reply.median_seconds;
  const earlier = before?.median_seconds ?? null;
  return (
    <dl className={styles.figures}>
      <Figure label={t("numbers.conversations")} value={formatNumber(sum("conversations"))} change={compare("conversations")} hint={t("numbers.conversations_hint")} />
      <Figure label={t("numbers.received")} value={formatNumber(sum("received"))} change={compare("received")} hint={t("numbers.received_hint")} />
      <Figure label={t("numbers.closed")} value={formatNumber(sum("closed"))} change={compare("closed")} hint={t("numbers.closed_hint")} />
      <Figure
        label={t("numbers.first_reply")}
        value={median === null ? "–" : formatLength(median)}
        change={median !== null && earlier !== null ? formatChange(median, earlier) : null}
        better={median !== null && earlier !== null ? median <= earlier : undefined}
        hint={t("numbers.first_reply_hint", { n: reply.count, p90: reply.p90_seconds === null ? "–" : formatLength(reply.p90_seconds) })}
      />
    </dl>
  );
}

function Backlog({ numbers }: { numbers: Numbers }) {
  const t = useT();
  return (
    <section className={styles.card}>
      <h2>{t("numbers.backlog")}</h2>
      <ul className={styles.rows}>
        {numbers.backlog.map((one) => (
          <li key={one.view}>
            <Link to="/inbox/$view" params={{ view: one.view }} className={styles.row}>
              <span className={styles.label}>{tName("view", one.view) === one.view.replaceAll("_", " ") ? one.name : tName("view", one.view)}</span>
              <span className={styles.sub}>{one.oldest === null ? "" : t("numbers.oldest", { ago: formatAgo(one.oldest) })}</span>
              <span className={styles.number}>{formatCount(one.open)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Channels({ numbers }: { numbers: Numbers }) {
  const t = useT();
  const most = Math.max(1, ...numbers.by_channel.map((one) => one.conversations));
  return (
    <section className={styles.card}>
      <h2>{t("numbers.by_channel")}</h2>
      <ul className={styles.rows}>
        {numbers.by_channel.map((one) => (
          <li key={one.channel_id}>
            <Link to="/inbox/$view" params={{ view: "all" }} search={{ channel: one.channel_id }} className={styles.row}>
              <span className={styles.label}>{one.name}</span>
              <meter className={styles.meter} min={0} max={most} value={one.conversations} aria-hidden="true" />
              <span className={styles.sub}>{one.median_seconds === null ? "" : formatLength(one.median_seconds)}</span>
              <span className={styles.number}>{formatNumber(one.conversations)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Plain numbers: how much came, how fast it was answered, what is still open. */
export function NumbersPage(): ReactNode {
  const t = useT();
  const navigate = useNavigate();
  const { workspace } = useSelf();
  const { items: channels } = useChannels();
  const { days = 28, channel } = useSearch({ from: "/desk/numbers" });
  const today = new Date();
  const from = isoDay(new Date(today.getTime() - (days - 1) * 86_400_000));
  const asked = { from, to: isoDay(today), zone: workspace.time_zone, channel };
  const query = useQuery({ queryKey: keys.numbers(asked), queryFn: () => getNumbers(asked), staleTime: 60_000, placeholderData: (old) => old });
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
            onChange={(event) =>
              void navigate({ to: "/numbers", search: ({ channel: _, ...old }) => ({ ...old, ...(event.target.value !== "" && { channel: event.target.value }) }) })
            }
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
              <Figures numbers={numbers} />
              <section className={styles.card}>
                <h2>{t("numbers.volume")}</h2>
                <Suspense fallback={<Skeleton lines={6} label={t("state.loading")} />}>
                  <DayChart numbers={numbers} />
                </Suspense>
                <DayTable numbers={numbers} />
              </section>
              <div className={styles.pair}>
                <Backlog numbers={numbers} />
                <Channels numbers={numbers} />
              </div>
            </>
          )}
        </Loading>
      </div>
    </div>
  );
}
