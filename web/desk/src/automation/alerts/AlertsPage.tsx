import type { Alert } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { toast } from "@parley/ui/Toasts";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BellRing, Siren } from "lucide-react";
import type { ReactNode } from "react";

import { useAgents, useMay } from "@/lib/directory";
import { formatAgo, formatFull } from "@/lib/format/time";
import { formatLocale } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { PhoneBack } from "@/lib/PhoneBack";
import { Loading } from "@/lib/settings/Loading";
import { Page, Part, Record, RecordList } from "@/lib/settings/Page";

import styles from "./AlertsPage.module.css";
import { alertKeys, getNumbers, listAll, postHandled } from "./api";

/** A time as it is read aloud: tenths below ten seconds, minutes above two of them, hours above two of those. */
function formatSeconds(seconds: number): string {
  const [unit, size] = seconds < 120 ? (["second", 1] as const) : seconds < 7200 ? (["minute", 60] as const) : (["hour", 3600] as const);
  return new Intl.NumberFormat(formatLocale(), { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: seconds < 10 ? 1 : 0 }).format(seconds / size);
}

function Numbers() {
  const t = useT();
  const { data } = useQuery({ queryKey: alertKeys.numbers, queryFn: getNumbers });
  if (!data) return null;
  const time = (seconds: number | null) => (seconds === null ? "–" : formatSeconds(seconds));
  return (
    <Part title={t("alerts.numbers", { days: data.days })}>
      <dl className={styles.numbers}>
        <dt>{t("alerts.raised")}</dt>
        <dd>{data.raised}</dd>
        <dt>{t("alerts.handled")}</dt>
        <dd>{data.handled}</dd>
        <dt>{t("alerts.to_screen")}</dt>
        <dd>{t("alerts.percentiles", { half: time(data.seen_p50), most: time(data.seen_p99) })}</dd>
        <dt>{t("alerts.to_alert")}</dt>
        <dd>{t("alerts.percentiles", { half: time(data.raised_p50), most: time(data.raised_p99) })}</dd>
      </dl>
    </Part>
  );
}

function Item({ alert, busy, onHandle }: { alert: Alert; busy: boolean; onHandle: () => void }) {
  const t = useT();
  const mayWrite = useMay("conversations:write");
  const { byId } = useAgents();
  const handler = alert.handled_by === null ? undefined : byId.get(alert.handled_by)?.name;
  return (
    <Record
      icon={<Siren />}
      title={
        <Link to="/conversations/$id" params={{ id: alert.conversation_id }}>
          {alert.customer_name || t("alerts.conversation", { n: alert.conversation_number })}
        </Link>
      }
      marks={<Chip size="s">{t(`alerts.kind.${alert.kind}`)}</Chip>}
      meta={
        <>
          {alert.text !== "" && (
            <>
              <span dir="auto">{alert.text}</span>
              <br />
            </>
          )}
          <time dateTime={alert.received_at} title={formatFull(alert.received_at)}>
            {formatAgo(alert.received_at)}
          </time>
          {" · "}
          {alert.seconds_to_screen === null ? t("alerts.unseen") : t("alerts.seen_after", { time: formatSeconds(alert.seconds_to_screen) })}
          {alert.handled_at !== null && ` · ${handler === undefined ? t("alerts.closed") : t("alerts.handled_by", { name: handler })}`}
        </>
      }
      actions={
        mayWrite &&
        alert.handled_at === null && (
          <Button size="s" busy={busy} onClick={onHandle}>
            {t("alerts.done")}
          </Button>
        )
      }
    />
  );
}

/** Who had to be called, how fast somebody looked, and what is still open. */
export function AlertsPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: alertKeys.all,
    queryFn: ({ pageParam }) => listAll(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const handle = useMutation({
    mutationFn: (id: string) => postHandled(id, false),
    onError: (error) => toast({ tone: "red", text: t("alerts.not_taken"), detail: explain(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: ["alerts"] }),
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page-scroll">
      <PhoneBack />
      <Page title={t("alerts.title")} intro={t("alerts.intro")}>
        <Numbers />
        <Loading query={query}>
          {items.length === 0 ? (
            <Empty icon={<BellRing />} title={t("alerts.empty_title")}>
              {t("alerts.empty")}
            </Empty>
          ) : (
            <RecordList label={t("alerts.title")}>
              {items.map((alert) => (
                <Item key={alert.id} alert={alert} busy={handle.isPending && handle.variables === alert.id} onHandle={() => handle.mutate(alert.id)} />
              ))}
            </RecordList>
          )}
          {query.hasNextPage && (
            <Button tone="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("action.load_more")}
            </Button>
          )}
        </Loading>
      </Page>
    </div>
  );
}
