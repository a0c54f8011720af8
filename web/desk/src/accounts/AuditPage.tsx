import { Button } from "@parley/ui/Button";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { useAgents } from "@/lib/directory";
import { formatDateTime } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import { listAudit } from "./api";
import styles from "./TokensPage.module.css";

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
    <Page wide title={t("settings.audit")} intro={t("audit.intro")}>
      <Loading query={query}>
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t("webhooks.at")}</th>
                <th scope="col">{t("audit.who")}</th>
                <th scope="col">{t("audit.what")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.id}>
                  <td>{formatDateTime(one.at)}</td>
                  <td>{one.actor.id === null ? tName("author", one.actor.kind) : (byId.get(one.actor.id)?.name ?? one.actor.name)}</td>
                  <td>{one.text}</td>
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
