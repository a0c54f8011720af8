import type { Alert } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Siren } from "lucide-react";
import { useEffect, useRef } from "react";

import { useMay } from "@/lib/directory";
import { formatAgo } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import styles from "./AlertBanner.module.css";
import { alertKeys, listMine, postHandled, postSeen } from "./api";

/** Reports once that an alert stands before the reader's eyes; in a hidden tab as soon as he looks. */
function useReported(alert: Alert | undefined): void {
  const reported = useRef(new Set<string>());
  const id = alert?.seen_at === null ? alert.id : undefined;
  useEffect(() => {
    if (id === undefined || reported.current.has(id)) return;
    const report = () => {
      if (document.visibilityState !== "visible" || reported.current.has(id)) return;
      reported.current.add(id);
      postSeen(id).catch(() => reported.current.delete(id));
    };
    report();
    document.addEventListener("visibilitychange", report);
    return () => {
      document.removeEventListener("visibilitychange", report);
    };
  }, [id]);
}

/** Stands above the page while somebody has to look at once: only for those who were told, until it is taken in hand. */
export function AlertBanner() {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayRead = useMay("automation:read");
  const mayTake = useMay("conversations:write");
  const { data } = useQuery({ queryKey: alertKeys.mine, queryFn: listMine, enabled: mayRead });
  const standing = data?.items ?? [];
  const alert = standing[0];
  useReported(alert);
  const open = (id: string) => void navigate({ to: "/conversations/$id", params: { id } });
  const handle = useMutation({
    mutationFn: ({ one, take }: { one: Alert; take: boolean }) => postHandled(one.id, take),
    onSuccess: (_, { one, take }) => {
      if (take) open(one.conversation_id);
    },
    onError: (error) => toast({ tone: "red", text: t("alerts.not_taken"), detail: explain(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: ["alerts"] }),
  });
  if (!alert) return null;
  return (
    <section className={styles.banner} role="alert" aria-label={t("alerts.label")}>
      <Siren aria-hidden="true" />
      <p className={styles.words}>
        <strong>{t(`alerts.kind.${alert.kind}`)}</strong>{" "}
        <span dir="auto">
          {alert.customer_name || t("alerts.conversation", { n: alert.conversation_number })}
          {alert.text !== "" && ` · ${alert.text}`}
        </span>{" "}
        <time dateTime={alert.received_at}>{formatAgo(alert.received_at)}</time>
        {standing.length > 1 && <span className={styles.more}>{t("alerts.more", { n: standing.length - 1 })}</span>}
      </p>
      <span className={styles.ways}>
        <Button size="s" onClick={() => open(alert.conversation_id)}>
          {t("action.open")}
        </Button>
        {mayTake && (
          <Button size="s" tone="primary" busy={handle.isPending} onClick={() => handle.mutate({ one: alert, take: true })}>
            {t("alerts.take")}
          </Button>
        )}
      </span>
    </section>
  );
}
