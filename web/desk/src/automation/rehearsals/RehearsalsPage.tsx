import { Button } from "@parley/ui/Button";
import { Chip, type ChipTone } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { Progress } from "@parley/ui/Progress";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import type { ReactNode } from "react";

import { useAgents } from "@/lib/directory";
import { formatAgo } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";

import { isOver, listRehearsals, rehearsalKeys, sayPeriod, type RehearsalRow, type RehearsalState } from "./api";
import styles from "./Rehearsals.module.css";

const TONES: Record<RehearsalState, ChipTone> = { queued: "plain", running: "accent", done: "green", failed: "red", cancelled: "plain" };

function Line({ one }: { one: RehearsalRow }) {
  const t = useT();
  const { byId } = useAgents();
  const who = one.created_by === null ? undefined : byId.get(one.created_by)?.name;
  return (
    <Record
      icon={<FlaskConical />}
      title={
        <Link to="/settings/rehearsals/$id" params={{ id: one.id }}>
          <bdi>{one.title}</bdi>
        </Link>
      }
      marks={
        <Chip size="s" tone={TONES[one.state]}>
          {t(`rehearsal.state_${one.state}`)}
        </Chip>
      }
      meta={
        <>
          {[sayPeriod(one), who, formatAgo(one.created_at)].filter(Boolean).join(" · ")}
          {one.state === "running" && <Progress value={one.done} max={Math.max(one.total, 1)} label={t("rehearsal.progress")} />}
        </>
      }
    />
  );
}

const EVERY_MS = 4000;

/** What was tried on the past, the newest first. */
export function RehearsalsPage(): ReactNode {
  const t = useT();
  const list = useInfiniteQuery({
    queryKey: rehearsalKeys.list,
    queryFn: ({ pageParam }) => listRehearsals(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.items.some((one) => !isOver(one.state))) ? EVERY_MS : false),
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t("settings.rehearsals")} intro={t("rehearsals.intro")}>
      <Loading query={list}>
        {items.length === 0 ? (
          <Empty icon={<FlaskConical />} title={t("rehearsals.empty_title")} action={<Link to="/settings/rules" className={styles.link}>{t("rehearsals.to_rules")}</Link>}>
            {t("rehearsals.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.rehearsals")}>
            {items.map((one) => (
              <Line key={one.id} one={one} />
            ))}
          </RecordList>
        )}
        {list.hasNextPage && (
          <p className={styles.more}>
            <Button onClick={() => void list.fetchNextPage()}>{t("action.load_more")}</Button>
          </p>
        )}
      </Loading>
    </Page>
  );
}
