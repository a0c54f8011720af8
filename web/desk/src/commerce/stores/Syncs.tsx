import type { Store, Sync } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip, type ChipTone } from "@parley/ui/Chip";
import { Progress } from "@parley/ui/Progress";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download, Scale } from "lucide-react";

import { useMay } from "@/lib/directory";
import { formatNumber } from "@/lib/format/text";
import { formatAgo } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Part } from "@/lib/settings/Page";

import { cancelSync, startBackfill, startReconcile } from "./api";
import styles from "./Stores.module.css";

const TONES: Record<string, ChipTone> = { done: "green", failed: "red" };

function SyncRow({ sync, onCancel }: { sync: Sync; onCancel?: (() => void) | undefined }) {
  const t = useT();
  const running = sync.state === "running";
  const kind = t(`synckind.${sync.kind}`);
  const counts = sync.total === null ? t("sync.read", { n: sync.done }) : t("sync.read_of", { n: sync.done, total: sync.total });
  return (
    <li className={styles.sync}>
      <span>{kind}</span>
      {running ? (
        sync.total === null ? (
          <span className={styles.meta}>{t("sync.running")}</span>
        ) : (
          <Progress value={sync.done} max={Math.max(1, sync.total)} label={kind} />
        )
      ) : (
        <span>
          <Chip size="s" tone={TONES[sync.state] ?? "plain"}>
            {tName("syncstate", sync.state)}
          </Chip>
        </span>
      )}
      {running && onCancel ? (
        <Button size="s" onClick={onCancel}>
          {t("action.cancel")}
        </Button>
      ) : (
        <span className={styles.meta}>{formatAgo(sync.finished_at ?? sync.started_at)}</span>
      )}
      <span className={`${styles.meta ?? ""} ${styles.under ?? ""}`} role={running ? "status" : undefined}>
        {[counts, sync.purpose === "reconcile" ? t("sync.repaired", { n: sync.changed }) : "", sync.error].filter(Boolean).join(" · ")}
      </span>
    </li>
  );
}

type RunsProps = { store: Store; purpose: Sync["purpose"]; onRefresh: (run: () => Promise<Store>) => void };

function Runs({ store, purpose, onRefresh }: RunsProps) {
  const mayWrite = useMay("stores:write");
  const runs = store.syncs.filter((sync) => sync.purpose === purpose).sort((a, b) => a.kind.localeCompare(b.kind));
  if (runs.length === 0) return null;
  return (
    <ul className={styles.syncs}>
      {runs.map((sync) => (
        <SyncRow key={sync.id} sync={sync} onCancel={mayWrite ? () => onRefresh(() => cancelSync(store.id, sync.id)) : undefined} />
      ))}
    </ul>
  );
}

/** How far a store has been read, and the comparison with it. Both can be left, and cancelled. */
export function Syncs({ store }: { store: Store }) {
  const t = useT();
  const client = useQueryClient();
  const mayWrite = useMay("stores:write");
  const act = useMutation({
    mutationFn: (run: () => Promise<Store>) => run(),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.stores }),
    onError: (error) => toast({ tone: "red", text: explain(error) }),
  });
  const running = (purpose: Sync["purpose"]) => store.syncs.some((sync) => sync.purpose === purpose && sync.state === "running");
  return (
    <>
      <Part
        title={t("sync.backfill")}
        intro={t("sync.backfill_text", { orders: formatNumber(store.orders) })}
        action={
          mayWrite && (
            <Button icon={<Download />} disabled={running("backfill")} onClick={() => act.mutate(() => startBackfill(store.id))}>
              {t("sync.backfill_do")}
            </Button>
          )
        }
      >
        <Runs store={store} purpose="backfill" onRefresh={act.mutate} />
      </Part>
      <Part
        title={t("sync.reconcile")}
        intro={t("sync.reconcile_text")}
        action={
          mayWrite && (
            <Button icon={<Scale />} disabled={running("reconcile")} onClick={() => act.mutate(() => startReconcile(store.id))}>
              {t("sync.reconcile_do")}
            </Button>
          )
        }
      >
        <Runs store={store} purpose="reconcile" onRefresh={act.mutate} />
      </Part>
    </>
  );
}
