import type { Id, ReturnRow } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronRight, PackageCheck } from "lucide-react";
import type { ReactNode } from "react";

import { formatFull, formatShort } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { PhoneBack } from "@/lib/PhoneBack";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import { listReturns } from "../api";
import { formatMoney } from "../money";
import { ReturnChip } from "./ReturnChip";
import { ReturnDetails } from "./ReturnDetails";
import styles from "./Returns.module.css";

const QUEUES = ["requested", "open", "all"] as const;
export type Queue = (typeof QUEUES)[number];

function Row({ row, open, onToggle }: { row: ReturnRow; open: boolean; onToggle: () => void }) {
  const t = useT();
  const body = `return-${row.id}`;
  return (
    <li className={styles.card} data-return={row.number}>
      <h2 className={styles.title}>
        <button type="button" className={styles.head} aria-expanded={open} aria-controls={body} onClick={onToggle}>
          <ChevronRight className="mirrored" />
          <span className={styles.words}>
            <span>
              <bdi>{row.number}</bdi> · <bdi>{row.name}</bdi>
            </span>
            <span className={styles.meta}>
              {[t("returns.of_order", { number: row.order_number }), t("order.pieces", { n: row.items }), formatMoney(row.refund_amount, row.currency)].join(" · ")}
            </span>
          </span>
          <ReturnChip state={row.state} />
          <time dateTime={row.created_at} title={formatFull(row.created_at)} className={styles.meta}>
            {formatShort(row.created_at)}
          </time>
        </button>
      </h2>
      <div id={body} hidden={!open}>
        {open && <ReturnDetails id={row.id} />}
      </div>
    </li>
  );
}

/** What comes back: first what waits for a person, then what is on its way, then all there was. */
export function ReturnsPage(): ReactNode {
  const t = useT();
  const navigate = useNavigate();
  const { queue = "requested", id } = useSearch({ from: "/desk/returns" });
  const shown: Queue = id === undefined ? queue : "all";
  const filter = shown === "all" ? {} : { state: shown };
  const query = useInfiniteQuery({
    queryKey: keys.returns({ ...filter, list: true }),
    queryFn: ({ pageParam }: { pageParam: string | null }) => listReturns(filter, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const items = (query.data?.pages ?? []).flatMap((page) => page.items);
  const open = (opened: Id | undefined) => void navigate({ to: "/returns", search: { queue: shown, ...(opened !== undefined && { id: opened }) }, replace: true });
  return (
    <div className="page-scroll">
      <PhoneBack />
      <Page title={t("nav.returns")} intro={t("returns.intro")}>
        <nav className={styles.queues} aria-label={t("returns.queues")}>
          {QUEUES.map((one) => (
            <Link key={one} to="/returns" search={{ queue: one }} className={styles.queue} aria-current={one === shown ? "page" : undefined}>
              {t(`returns.queue_${one}`)}
            </Link>
          ))}
        </nav>
        <Loading query={query}>
          {items.length === 0 ? (
            <Empty icon={<PackageCheck />} title={t(shown === "requested" ? "returns.none_waiting" : "returns.none")}>
              {t("returns.empty")}
            </Empty>
          ) : (
            <ul className={styles.cards}>
              {items.map((row) => (
                <Row key={row.id} row={row} open={row.id === id} onToggle={() => open(row.id === id ? undefined : row.id)} />
              ))}
            </ul>
          )}
          {query.hasNextPage && (
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("action.load_more")}
            </Button>
          )}
        </Loading>
      </Page>
    </div>
  );
}
