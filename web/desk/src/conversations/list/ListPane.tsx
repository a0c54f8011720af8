import type { Id, Priority, Sort, ViewFilter } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { Skeleton } from "@parley/ui/Skeleton";
import { useNavigate } from "@tanstack/react-router";
import { ArrowUp, Unplug } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { useCommands } from "@/lib/commands/useCommands";
import { useViews } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import type { ListParams } from "@/lib/query";
import { useStore } from "@/lib/store";

import { BulkBar, type Tell } from "./BulkBar";
import { ListEmpty } from "./ListEmpty";
import { ListHead } from "./ListHead";
import styles from "./ListPane.module.css";
import { clearSelection, findNeighbour, listOrder, selection } from "./order";
import { Rows } from "./Rows";
import { useList } from "./useList";

export type Narrowing = Partial<Record<"tag" | "channel" | "team" | "assignee" | "priority" | "language" | "created_from" | "created_to", string>> & { sort?: Sort };

/** The filter that stands in the address. */
export function toFilter({ sort: _, priority, ...rest }: Narrowing): ViewFilter {
  return { ...rest, ...(priority !== undefined && { priority: [priority as Priority] }) };
}

type ListPaneProps = { view: string; openId: Id | null; narrowing: Narrowing; onTell?: Tell | undefined };

/** The list of a view. Its rows stand still while the pointer is over them or something is chosen. */
export function ListPane({ view, openId, narrowing, onTell }: ListPaneProps) {
  const t = useT();
  const navigate = useNavigate();
  const { data: views } = useViews();
  const found = views.find((one) => one.key === view || one.id === view);
  const sort = narrowing.sort ?? found?.sort ?? "newest";
  const params: ListParams = { view, ...toFilter(narrowing), ...(narrowing.sort && { sort: narrowing.sort }) };
  const chosen = useStore(selection);
  const [over, setOver] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const [cursor, setCursor] = useState<Id | null>(null);
  const { query, order, waiting, gone, rowOf, release } = useList(params, over || scrolled || chosen.ids.size > 0);
  const scroller = useRef<HTMLDivElement>(null);
  const at = openId ?? cursor;

  useEffect(() => listOrder.set({ view, ids: order }), [view, order]);
  useEffect(() => clearSelection, [view]);

  const go = (id: Id | undefined) => {
    if (id === undefined) return;
    if (openId === null) setCursor(id);
    else void navigate({ to: "/inbox/$view/$id", params: { view, id }, search: (old) => old, replace: true });
  };
  const toggle = (id: Id, range: boolean) => {
    selection.set(({ ids }) => {
      const next = new Set(ids);
      const last = [...ids].at(-1);
      const [from, to] = [last === undefined ? -1 : order.indexOf(last), order.indexOf(id)];
      if (range && from >= 0) order.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => next.add(one));
      else if (next.has(id)) next.delete(id);
      else next.add(id);
      return { ids: next, all: false };
    });
  };
  useCommands({
    "list.next": () => go(findNeighbour(order, at, 1)),
    "list.previous": () => go(findNeighbour(order, at, -1)),
    "list.open": cursor !== null && openId === null ? () => void navigate({ to: "/inbox/$view/$id", params: { view, id: cursor }, search: (old) => old }) : undefined,
    "list.select": at === null ? undefined : () => toggle(at, false),
    "list.select_all": () => selection.set({ ids: new Set(order), all: false }),
    "list.refresh": waiting > 0 ? release : undefined,
    back: chosen.ids.size > 0 ? clearSelection : undefined,
  });

  const showNew = () => {
    release();
    scroller.current?.scrollTo({ top: 0 });
  };
  return (
    <section className={styles.pane} aria-label={t("list.label")} data-selecting={chosen.ids.size > 0} onPointerEnter={(event) => setOver(event.pointerType === "mouse")} onPointerLeave={() => setOver(false)}>
      <ListHead view={view} found={found} narrowing={narrowing} sort={sort} />
      {chosen.ids.size > 0 && <BulkBar view={view} filter={toFilter(narrowing)} order={order} total={found?.count ?? order.length} rowOf={rowOf} onTell={onTell} />}
      <div className={styles.stage}>
        {waiting > 0 && (
          <button type="button" className={styles.fresh} onClick={showNew}>
            <ArrowUp />
            {t("list.new", { n: waiting })}
          </button>
        )}
        {query.isPending ? (
          <Skeleton kind="rows" lines={9} label={t("state.loading")} />
        ) : query.isError && order.length === 0 ? (
          <Empty icon={<Unplug />} title={t("list.failed")} action={<Button onClick={() => void query.refetch()}>{t("action.try_again")}</Button>}>
            {explain(query.error)}
          </Empty>
        ) : order.length === 0 ? (
          <ListEmpty view={view} narrowed={Object.keys(narrowing).some((name) => name !== "sort")} />
        ) : (
          <Rows
            ref={scroller}
            view={view}
            order={order}
            rowOf={rowOf}
            openId={openId}
            cursor={at}
            gone={gone}
            waitingFirst={sort === "waiting"}
            onToggle={toggle}
            onScrolled={setScrolled}
            more={query.hasNextPage && !query.isFetchingNextPage && !query.isFetchNextPageError}
            onMore={() => void query.fetchNextPage()}
            footer={
              query.isFetchNextPageError ? (
                <Button size="s" onClick={() => void query.fetchNextPage()}>
                  {t("list.more_failed")}
                </Button>
              ) : null
            }
          />
        )}
      </div>
    </section>
  );
}
