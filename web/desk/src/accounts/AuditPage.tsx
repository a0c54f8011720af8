import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";

import { useAgents } from "@/lib/directory";
import { formatDateTime } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import { listAudit, verifyAudit } from "./api";
import styles from "./TokensPage.module.css";

function Verdict() {
  const t = useT();
  const check = useMutation({ mutationFn: verifyAudit });
  return (
    <span className="cluster">
      <Button icon={<ShieldCheck />} busy={check.isPending} onClick={() => check.mutate()}>
        {t("audit.verify")}
      </Button>
      {check.data && (check.data.ok ? <Chip tone="green">{t("audit.whole", { n: check.data.entries })}</Chip> : <Chip tone="red">{t("audit.broken", { seq: check.data.broken_at ?? 0 })}</Chip>)}
    </span>
  );
}

/** Who did what to the settings and to people's access. */
export function AuditPage(): ReactNode {
  const t = useT();
  const { byId } = useAgents();
  const query = useInfiniteQuery({
    queryKey: keys.settings("audit"),
    queryFn: ({ pageParam }: { pageParam: string | null }) => listAudit(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const items = (query.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <Page wide title={t("settings.audit")} intro={t("audit.intro")} action={<Verdict />}>
      <Loading query={query}>
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t("webhooks.at")}</th>
                <th scope="col">{t("audit.who")}</th>
                <th scope="col">{t("audit.what")}</th>
                <th scope="col">{t("audit.address")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.id}>
                  <td>{formatDateTime(one.at)}</td>
                  <td>{one.actor.id === null ? tName("author", one.actor.kind) : (byId.get(one.actor.id)?.name ?? one.actor.name)}</td>
                  <td>
                    {one.text}
                    {one.subject_kind === "agent" && one.subject_id !== one.actor.id && one.subject_id !== null && ` · ${byId.get(one.subject_id)?.name ?? ""}`}
                  </td>
                  <td>{one.address}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {query.hasNextPage && (
          <div className={styles.more}>
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("action.load_more")}
            </Button>
          </div>
        )}
      </Loading>
    </Page>
  );
}
