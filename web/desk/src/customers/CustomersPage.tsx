import { Avatar } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { BadgeCheck, ChevronLeft, Crown, Search, Users } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";

import { formatAgo } from "@/lib/format/time";
import { formatLanguage } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { nameCustomer } from "@/lib/names";

import { listCustomers } from "./api";
import styles from "./CustomersPage.module.css";

const PAUSE_MS = 250;

/** Everybody who ever wrote. */
export function CustomersPage(): ReactNode {
  const t = useT();
  const navigate = useNavigate();
  const { q = "" } = useSearch({ from: "/desk/customers" });
  const [typed, setTyped] = useState(q);
  useEffect(() => {
    if (typed.trim() === q) return;
    const timer = setTimeout(() => void navigate({ to: "/customers", search: typed.trim() === "" ? {} : { q: typed.trim() }, replace: true }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, q, navigate]);
  const query = useInfiniteQuery({
    queryKey: ["customers", q],
    queryFn: ({ pageParam }: { pageParam: string | null }) => listCustomers(q, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 30_000,
  });
  const items = (query.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <Link to="/inbox" className={styles.back} aria-label={t("nav.views")}>
          <ChevronLeft className="mirrored" />
        </Link>
        <h1>{t("nav.customers")}</h1>
        <label className={styles.search}>
          <Search />
          <input type="search" value={typed} placeholder={t("customers.search")} aria-label={t("customers.search")} onChange={(event) => setTyped(event.target.value)} />
        </label>
      </header>
      <div className={styles.list}>
        <Loading query={query}>
          {items.length === 0 ? (
            <Empty icon={<Users />} title={t(q === "" ? "customers.empty_title" : "customers.nothing")}>
              {t(q === "" ? "customers.empty" : "search.nothing_hint")}
            </Empty>
          ) : (
            <ul>
              {items.map((one) => (
                <li key={one.id}>
                  <Link to="/customers/$id" params={{ id: one.id }} className={styles.row}>
                    <Avatar name={nameCustomer(one)} seed={one.id} colour={one.avatar_colour} />
                    <span className={styles.name}>
                      <bdi>{nameCustomer(one)}</bdi>
                      {one.verified && <BadgeCheck aria-label={t("customer.verified")} />}
                      {one.vip && <Crown aria-label={t("customer.vip")} />}
                      {one.blocked && (
                        <Chip size="s" tone="red">
                          {t("customer.blocked")}
                        </Chip>
                      )}
                    </span>
                    <span className={styles.cell}>
                      <bdi>{one.email}</bdi>
                    </span>
                    <span className={styles.cell}>{one.language === null ? "" : formatLanguage(one.language)}</span>
                    <span className={styles.when}>{one.last_seen === null ? "" : formatAgo(one.last_seen)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          )}
          {query.hasNextPage && (
            <div className={styles.more}>
              <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t("action.load_more")}
              </Button>
            </div>
          )}
        </Loading>
      </div>
    </div>
  );
}
