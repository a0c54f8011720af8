import type { Id } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { cx } from "@parley/ui/cx";
import { useInfiniteQuery } from "@tanstack/react-query";

import { formatDateTime } from "@/lib/format/time";
import { formatNumber } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";

import { listDeliveries } from "../api";
import styles from "../TokensPage.module.css";

/** What was sent to a webhook and what it answered, newest first. */
export function Deliveries({ id }: { id: Id }) {
  const t = useT();
  const query = useInfiniteQuery({
    queryKey: keys.settings("deliveries", id),
    queryFn: ({ pageParam }: { pageParam: string | null }) => listDeliveries(id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: 15_000,
  });
  const items = (query.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <Loading query={query}>
      {items.length === 0 ? (
        <p>{t("webhooks.no_deliveries")}</p>
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t("webhooks.at")}</th>
                <th scope="col">{t("webhooks.kind")}</th>
                <th scope="col">{t("webhooks.answer")}</th>
                <th scope="col">{t("webhooks.attempts")}</th>
                <th scope="col">{t("webhooks.took")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.id}>
                  <td>{formatDateTime(one.at)}</td>
                  <td>
                    <code>{one.kind}</code>
                  </td>
                  <td className={cx((one.status === null || one.status >= 300) && styles.bad)}>{[one.status, one.error].filter(Boolean).join(" ")}</td>
                  <td>{formatNumber(one.attempts)}</td>
                  <td>{one.duration_ms === null ? "–" : t("webhooks.ms", { n: one.duration_ms })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {query.hasNextPage && (
        <div className={styles.more}>
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("action.load_more")}
          </Button>
        </div>
      )}
    </Loading>
  );
}
