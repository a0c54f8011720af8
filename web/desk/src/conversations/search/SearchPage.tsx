import type { SearchHit } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { Skeleton } from "@parley/ui/Skeleton";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronLeft, Search, SearchX, Unplug } from "lucide-react";
import { useState, type SubmitEvent, type ReactNode } from "react";

import { formatShort } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { nameCustomer } from "@/lib/names";

import { search } from "../api";
import { Marked } from "./Marked";
import { OperatorHelp } from "./OperatorHelp";
import styles from "./SearchPage.module.css";

function Hit({ hit }: { hit: SearchHit }) {
  const t = useT();
  const { conversation: row } = hit;
  return (
    <li>
      <Link to="/conversations/$id" params={{ id: row.id }} hash={`m-${hit.message_id}`} className={styles.hit}>
        <Avatar name={nameCustomer(row.customer)} seed={row.customer.id} colour={row.customer.avatar_colour} />
        <span className={styles.words}>
          <span className={styles.line}>
            <span className={styles.name}>{nameCustomer(row.customer)}</span>
            <span className={styles.subject}>{row.subject}</span>
            {row.status !== "open" && <Chip size="s">{t(`status.${row.status}`)}</Chip>}
          </span>
          <span className={styles.snippet} dir="auto">
            <Marked text={hit.snippet} marks={hit.highlights} />
          </span>
        </span>
        <span className={styles.meta}>
          <time dateTime={row.last_message_at}>{formatShort(row.last_message_at)}</time>
          <span>#{row.number}</span>
        </span>
      </Link>
    </li>
  );
}

function Results({ q }: { q: string }) {
  const t = useT();
  const query = useInfiniteQuery({
    queryKey: ["search", q],
    queryFn: ({ pageParam }: { pageParam: string | null }) => search(q, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 15_000,
  });
  const hits = (query.data?.pages ?? []).flatMap((page) => page.items);
  if (query.isPending) return <Skeleton kind="rows" lines={6} label={t("state.loading")} />;
  if (query.isError) {
    return (
      <Empty icon={<Unplug />} title={t("search.failed")} action={<Button onClick={() => void query.refetch()}>{t("action.try_again")}</Button>}>
        {explain(query.error)}
      </Empty>
    );
  }
  const customers = query.data.pages[0]?.customers ?? [];
  if (hits.length === 0 && customers.length === 0) {
    return (
      <Empty icon={<SearchX />} title={t("search.nothing", { q })}>
        {t("search.nothing_hint")}
      </Empty>
    );
  }
  return (
    <>
      <p className="sr-only" role="status">
        {t("search.count", { n: hits.length })}
      </p>
      {customers.length > 0 && (
        <ul className={styles.people} aria-label={t("nav.customers")}>
          {customers.map((one) => (
            <li key={one.id}>
              <Link to="/customers/$id" params={{ id: one.id }} className={styles.person}>
                <Avatar name={nameCustomer(one)} seed={one.id} colour={one.avatar_colour} size="s" />
                <span>{nameCustomer(one)}</span>
                {one.name !== "" && one.email !== null && <span className={styles.snippet}>{one.email}</span>}
              </Link>
            </li>
          ))}
        </ul>
      )}
      <ol>
        {hits.map((hit) => (
          <Hit key={hit.message_id} hit={hit} />
        ))}
      </ol>
      {query.hasNextPage && (
        <div className={styles.more}>
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("action.load_more")}
          </Button>
        </div>
      )}
    </>
  );
}

/** Everything ever written, by words and by operators. */
export function SearchPage(): ReactNode {
  const t = useT();
  const navigate = useNavigate();
  const { q = "" } = useSearch({ from: "/desk/search" });
  const [typed, setTyped] = useState(q);
  const [from, setFrom] = useState(q);
  if (from !== q) {
    setFrom(q);
    setTyped(q);
  }
  const find = (text: string) => void navigate({ to: "/search", search: text.trim() === "" ? {} : { q: text.trim() } });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    find(typed);
  };
  return (
    <div className={styles.page}>
      <h1 className="sr-only">{t("nav.search")}</h1>
      <form className={styles.form} role="search" onSubmit={submit}>
        <Link to="/inbox" className={styles.back} aria-label={t("nav.views")}>
          <ChevronLeft className="mirrored" />
        </Link>
        <Search />
        {/* eslint-disable-next-line jsx-a11y/no-autofocus -- the page is this field */}
        <input type="search" autoFocus className={styles.input} value={typed} placeholder={t("search.placeholder")} aria-label={t("nav.search")} onChange={(event) => setTyped(event.target.value)} />
        <Button type="submit" tone="primary" size="s">
          {t("nav.search")}
        </Button>
      </form>
      <div className={styles.results}>{q === "" ? <OperatorHelp onTry={(text) => setTyped((old) => `${old.trim()} ${text}`.trim())} /> : <Results key={q} q={q} />}</div>
    </div>
  );
}
