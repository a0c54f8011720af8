import { Empty } from "@parley/ui/Empty";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRightLeft, Hourglass, UsersRound } from "lucide-react";
import type { ReactNode } from "react";

import { useTeams } from "@/lib/directory";
import { formatFull, formatLength } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { PhoneBack } from "@/lib/PhoneBack";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { useNow } from "@/lib/useNow";

import { listQueues, routingKeys, type QueueRow } from "../routing/api";
import styles from "./Queue.module.css";

function Team({ queue }: { queue: QueueRow }) {
  const t = useT();
  const now = useNow();
  const { byId } = useTeams();
  const { team_id: team, waiting, since, minutes } = queue;
  const waited = formatLength((now - Date.parse(since)) / 1000);
  return (
    <Record
      icon={<UsersRound />}
      title={
        <Link to="/inbox/$view" params={{ view: "unassigned" }} search={{ sort: "waiting", ...(team !== null && { team }) }}>
          {team === null ? t("queue.no_team") : (byId.get(team)?.name ?? "")}
        </Link>
      }
      meta={
        <>
          <time dateTime={since} title={formatFull(since)}>
            {t("queue.since", { length: waited })}
          </time>
          {` · ${minutes === null ? t("queue.unknown") : t("queue.expected", { length: formatLength(minutes * 60) })}`}
        </>
      }
      actions={<span className={styles.count}>{t("queue.waiting", { n: waiting })}</span>}
    />
  );
}

/** Who waits for somebody to take over, by team. */
export function QueuePage(): ReactNode {
  const t = useT();
  const query = useQuery({ queryKey: routingKeys.queues, queryFn: listQueues, refetchInterval: 30_000, staleTime: 5_000 });
  const items = query.data?.items ?? [];
  return (
    <div className="page-scroll">
      <PhoneBack />
      <Page
        title={t("queue.title")}
        intro={t("queue.intro")}
        action={
          <Link to="/handovers" className={styles.link}>
            <ArrowRightLeft />
            {t("handover.list")}
          </Link>
        }
      >
        <Loading query={query}>
          {items.length === 0 ? (
            <Empty icon={<Hourglass />} title={t("queue.empty_title")}>
              {t("queue.empty")}
            </Empty>
          ) : (
            <RecordList label={t("queue.title")}>
              {items.map((one) => (
                <Team key={one.team_id ?? ""} queue={one} />
              ))}
            </RecordList>
          )}
        </Loading>
      </Page>
    </div>
  );
}
