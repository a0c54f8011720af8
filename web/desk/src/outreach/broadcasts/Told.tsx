import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { SelectField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { Progress } from "@parley/ui/Progress";
import { toast } from "@parley/ui/Toasts";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { useAgents, useSelf, useTags } from "@/lib/directory";
import { formatNumber } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { Loading } from "@/lib/settings/Loading";

import { actOn, broadcastKeys, listTargets, retryBroadcast, type Act, type Broadcast } from "./api";
import styles from "./Broadcasts.module.css";
import { TONES } from "./BroadcastsPage";
import { TargetList } from "./TargetList";

const FILTERS = ["all", "waiting", "sent", "failed", "skipped", "replied"] as const;
type Filter = (typeof FILTERS)[number];

function useActs(broadcast: Broadcast) {
  const client = useQueryClient();
  const fail = (error: unknown) => toast({ tone: "red", text: explain(error) });
  const refresh = () => client.invalidateQueries({ queryKey: broadcastKeys.all });
  const act = useMutation({ mutationFn: (name: Act) => actOn(broadcast.id, name), onSuccess: refresh, onError: fail });
  const retry = useMutation({ mutationFn: (positions: number[] | null) => retryBroadcast(broadcast.id, positions), onSuccess: refresh, onError: fail });
  return { act, retry };
}

/** Who must still agree, and the button for him who may. */
function Approval({ broadcast, onApprove }: { broadcast: Broadcast; onApprove: () => void }) {
  const t = useT();
  const { agent } = useSelf();
  const { byId } = useAgents();
  const mine = [broadcast.started_by, broadcast.created_by].includes(agent.id);
  const name = byId.get(broadcast.started_by ?? "")?.name ?? "";
  return (
    <Notice tone="amber" action={!mine && <Button tone="primary" onClick={onApprove}>{t("broadcast.approve", { n: broadcast.total })}</Button>}>
      {mine ? t("broadcast.waits_for_other") : t("broadcast.waits_for_you", { name })}
    </Notice>
  );
}

function Numbers({ broadcast }: { broadcast: Broadcast }) {
  const t = useT();
  return (
    <dl className={styles.numbers}>
      {(["total", "sent", "failed", "skipped", "replied"] as const).map((one) => (
        <div key={one}>
          <dt>{t(`broadcast.number_${one}`)}</dt>
          <dd>{formatNumber(broadcast[one])}</dd>
        </div>
      ))}
    </dl>
  );
}

/** How far it is, who wrote back, and what can still be done. */
export function Told({ broadcast, mayWrite }: { broadcast: Broadcast; mayWrite: boolean }) {
  const t = useT();
  const tags = useTags();
  const { act, retry } = useActs(broadcast);
  const [filter, setFilter] = useState<Filter>("all");
  const list = useInfiniteQuery({
    queryKey: broadcastKeys.targets(broadcast.id, filter),
    queryFn: ({ pageParam }) => listTargets(broadcast.id, filter, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
  const { state } = broadcast;
  const live = state === "running" || state === "paused";
  const tag = tags.byId.get(broadcast.tag_id ?? "");
  return (
    <div className={styles.stack}>
      <section className={styles.part} aria-label={t("broadcast.progress")}>
        <div className={styles.line} aria-live="polite">
          <Chip tone={TONES[state]}>{t(`broadcast.state_${state}`)}</Chip>
          {live && <span>{t("broadcast.told", { sent: broadcast.sent, total: broadcast.total })}</span>}
        </div>
        {live && <Progress value={broadcast.sent + broadcast.failed} max={Math.max(broadcast.total, 1)} label={t("broadcast.progress")} />}
        <Numbers broadcast={broadcast} />
        {state === "waiting" && mayWrite && <Approval broadcast={broadcast} onApprove={() => act.mutate("approve")} />}
        {mayWrite && (
          <div className={styles.line}>
            {state === "running" && <Button busy={act.isPending} onClick={() => act.mutate("pause")}>{t("action.pause")}</Button>}
            {state === "paused" && <Button tone="primary" busy={act.isPending} onClick={() => act.mutate("resume")}>{t("action.resume")}</Button>}
            {(live || state === "waiting") && <Button busy={act.isPending} onClick={() => act.mutate("cancel")}>{t("broadcast.cancel")}</Button>}
            {broadcast.failed > 0 && state !== "cancelled" && <Button busy={retry.isPending} onClick={() => retry.mutate(null)}>{t("broadcast.retry", { n: broadcast.failed })}</Button>}
          </div>
        )}
        {tag && (
          <Link to="/inbox/$view" params={{ view: "all" }} search={{ tag: tag.id }}>
            {t("broadcast.tagged", { name: tag.name })}
          </Link>
        )}
      </section>
      <section className={styles.part} aria-label={t("broadcast.customers")}>
        <SelectField label={t("broadcast.show")} value={filter} onChange={(event) => setFilter(event.target.value as Filter)}>
          {FILTERS.map((one) => (
            <option key={one} value={one}>
              {t(`broadcast.show_${one}`)}
            </option>
          ))}
        </SelectField>
        <Loading query={list}>
          <TargetList items={list.data?.pages.flatMap((page) => page.items) ?? []} onRetry={mayWrite ? (position) => retry.mutate([position]) : undefined} />
          {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t("action.load_more")}</Button>}
        </Loading>
      </section>
    </div>
  );
}
