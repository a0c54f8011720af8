import { Avatar } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { IconButton } from "@parley/ui/IconButton";
import { Popover } from "@parley/ui/Popover";
import { Skeleton } from "@parley/ui/Skeleton";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronLeft, ListFilterPlus, Search, SearchX, Unplug, X } from "lucide-react";
import { useRef, useState, type SubmitEvent, type ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { nameCustomer } from "@/lib/names";

import { search } from "../api";
import { Hit } from "./Hit";
import { OperatorHelp, OperatorList } from "./OperatorHelp";
import styles from "./SearchPage.module.css";
import { listTerms } from "./terms";

function Results({ q, onClear }: { q: string; onClear: () => void }) {
  const t = useT();
  const query = useInfiniteQuery({
    queryKey: ["search", q],
    queryFn: ({ pageParam }: { pageParam: string | null }) => search(q, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 15_000,
  });
  const terms = listTerms(q);
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
  const unknown = query.data.pages[0]?.unknown_operators ?? [];
  const hint = unknown.length > 0 && t("search.unknown_operators", { n: unknown.length, names: unknown.map((name) => `${name}:`).join(", ") });
  if (hits.length === 0 && customers.length === 0) {
    return (
      <Empty icon={<SearchX />} title={t("search.nothing", { q })} action={<Button onClick={onClear}>{t("search.clear")}</Button>}>
        {hint || t("search.nothing_hint")}
      </Empty>
    );
  }
  return (
    <>
      {customers.length > 0 && (
        <ul className={styles.people} aria-label={t("nav.customers")}>
          {customers.map((one) => (
            <li key={one.id}>
              <Link to="/customers/$id" params={{ id: one.id }} className={styles.person}>
                <Avatar name={nameCustomer(one)} seed={one.id} colour={one.avatar_colour} size="s" />
                <span dir="auto">{nameCustomer(one)}</span>
                {one.name !== "" && one.email !== null && <bdi className={styles.address}>{one.email}</bdi>}
              </Link>
            </li>
          ))}
        </ul>
      )}
      <p className={styles.summary} role="status">
        {t(query.hasNextPage ? "search.count_first" : "search.count", { n: hits.length })}
        {hint && ` · ${hint}`}
      </p>
      <ol>
        {hits.map((hit) => (
          <Hit key={hit.message_id} hit={hit} terms={terms} />
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
  const field = useRef<HTMLInputElement>(null);
  const [helping, setHelping] = useState(false);
  const find = (text: string) => void navigate({ to: "/search", search: text.trim() === "" ? {} : { q: text.trim() } });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    find(typed);
  };
  const clear = () => {
    setTyped("");
    find("");
    field.current?.focus();
  };
  const add = (text: string) => {
    setHelping(false);
    setTyped((old) => `${old.trim()} ${text}`.trim());
    field.current?.focus();
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
        <input ref={field} type="search" autoFocus dir={typed === "" ? undefined : "auto"} className={styles.input} value={typed} placeholder={t("search.placeholder")} aria-label={t("nav.search")} onChange={(event) => setTyped(event.target.value)} />
        {typed !== "" && <IconButton size="s" label={t("search.clear")} icon={<X />} onClick={clear} />}
        {q !== "" && (
          <Popover open={helping} onOpenChange={setHelping} label={t("search.operators")} align="end" width="l" trigger={<IconButton size="s" label={t("search.operators")} icon={<ListFilterPlus />} />}>
            <OperatorList onTry={add} />
          </Popover>
        )}
        {typed.trim() !== q && (
          <Button type="submit" tone="primary" size="s">
            {t("nav.search")}
          </Button>
        )}
      </form>
      <div className={styles.results}>{q === "" ? <OperatorHelp onTry={add} /> : <Results key={q} q={q} onClear={clear} />}</div>
    </div>
  );
}
