import type { AuditEntry } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";

import { useAgents } from "@/lib/directory";
import { formatDateTime } from "@/lib/format/time";
import { t, tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import { listAudit, verifyAudit } from "./api";
import styles from "./TokensPage.module.css";

/** What happened, in words: by its own text, or as an act on a kind of record. */
export function describeAudit({ kind }: AuditEntry): string {
  const found = /^(.+)_(created|changed|removed)$/.exec(kind);
  const own = tName("audit_kind", kind);
  if (found?.[1] === undefined || found[2] === undefined || own !== kind.replaceAll("_", " ")) return own;
  return t("audit.act", { act: tName("audit_act", found[2]), record: tName("audit_record", found[1]) });
}

function Verdict() {
  const say = useT();
  const check = useMutation({ mutationFn: verifyAudit });
  return (
    <span className="cluster">
      <Button icon={<ShieldCheck />} busy={check.isPending} onClick={() => check.mutate()}>
        {say("audit.verify")}
      </Button>
      {check.data && (check.data.ok ? <Chip tone="green">{say("audit.whole", { n: check.data.entries })}</Chip> : <Chip tone="red">{say("audit.broken", { seq: check.data.broken_at ?? 0 })}</Chip>)}
    </span>
  );
}

/** Who did what to the settings and to people's access. */
export function AuditPage(): ReactNode {
  useT();
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
                <tr key={one.seq}>
                  <td>{formatDateTime(one.at)}</td>
                  <td>{one.actor.id === null ? tName("author", one.actor.kind) : (byId.get(one.actor.id)?.name ?? one.actor.name)}</td>
                  <td>
                    {describeAudit(one)}
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
