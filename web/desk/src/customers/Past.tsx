import type { Id } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { formatFull, formatShort } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";

import { listCustomerConversations } from "./api";
import styles from "./CustomerPanel.module.css";

/** The other conversations of a customer, newest first. */
export function Past({ id, current }: { id: Id; current: Id | null }) {
  const t = useT();
  const query = useInfiniteQuery({
    queryKey: keys.customerConversations(id),
    queryFn: ({ pageParam }: { pageParam: string | null }) => listCustomerConversations(id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const rows = (query.data?.pages ?? []).flatMap((page) => page.items).filter((row) => row.id !== current);
  if (query.isSuccess && rows.length === 0) return <p className={styles.none}>{t("customer.no_past")}</p>;
  return (
    <div className={styles.past}>
      {rows.map((row) => (
        <Link key={row.id} to="/conversations/$id" params={{ id: row.id }} className={styles.pastLink}>
          <span className={styles.pastText}>
            <bdi>{row.subject || (row.preview?.text ?? "")}</bdi>
          </span>
          <time dateTime={row.last_message_at} title={formatFull(row.last_message_at)}>
            {formatShort(row.last_message_at)}
          </time>
          <span className={styles.pastMeta}>
            #{row.number} · {t(`status.${row.status}`)}
          </span>
        </Link>
      ))}
      {query.hasNextPage && (
        <Button size="s" tone="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("action.load_more")}
        </Button>
      )}
    </div>
  );
}
