import type { Id } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ListFilter, Play, Sunrise } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { findNeighbour, listOrder } from "@/conversations/list/order";
import { Row } from "@/conversations/list/Row";
import { useCommands } from "@/lib/commands/useCommands";
import { useSelf } from "@/lib/directory";
import { formatUpcoming } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { PhoneBack } from "@/lib/PhoneBack";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";
import { useNow } from "@/lib/useNow";

import { useShiftBrief, type ShiftBrief } from "./api";
import styles from "./Brief.module.css";
import { Counts } from "./Counts";
import { noteOffered } from "./morning";
import { narrow, parseSearch, type BriefSearch } from "./narrowing";

type BodyProps = { brief: ShiftBrief; search: BriefSearch; onChange: (next: BriefSearch) => void; onOpen: (id: Id) => void };

/** The counts, and below them what they count, walked through with the keys of every list. */
function Body({ brief, search, onChange, onOpen }: BodyProps) {
  const t = useT();
  const [cursor, setCursor] = useState<Id | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const { summary, conversations } = brief;
  const rows = narrow(conversations, search, useNow());
  const ids = rows.map((row) => row.id);
  const at = cursor !== null && ids.includes(cursor) ? cursor : null;
  const line = ids.join(" ");
  useEffect(() => listOrder.set({ view: "brief", ids: line.split(" ").filter(Boolean) }), [line]);
  const go = (step: 1 | -1) => {
    const next = findNeighbour(ids, at, step);
    if (next === undefined) return;
    setCursor(next);
    list.current?.children[ids.indexOf(next)]?.scrollIntoView({ block: "nearest" });
  };
  const first = at ?? ids[0];
  useCommands({ "list.next": () => go(1), "list.previous": () => go(-1), "list.open": first === undefined ? undefined : () => onOpen(first) });
  const narrowed = Object.keys(search).length > 0;
  return (
    <>
      <Counts summary={summary} search={search} onChange={onChange} />
      <p className={narrowed || conversations.length < summary.total ? styles.shown : "sr-only"} role="status">
        {conversations.length < summary.total ? t("brief.first", { shown: rows.length, listed: conversations.length, total: summary.total }) : t("brief.shown", { shown: rows.length, total: summary.total })}
      </p>
      {rows.length === 0 ? (
        <Empty icon={<ListFilter />} title={t("brief.none")} action={<Button onClick={() => onChange({})}>{t("empty.narrowed_clear")}</Button>} />
      ) : (
        <ul ref={list} className={styles.list} aria-label={t("brief.list")}>
          {rows.map((row) => (
            <li key={row.id} className={styles.item}>
              <Row row={row} view="all_open" to="/brief/$id" open={false} cursor={row.id === at} selected={false} gone={false} refused={false} waitingFirst />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What came in while nobody was there, in the order in which its promises fall due, and the way to begin. */
export function ShiftBriefPage(): ReactNode {
  const t = useT();
  const navigate = useNavigate();
  // The address may hold more than what narrows the list.
  const search = parseSearch(useSearch({ from: "/desk/brief" }));
  const { agent } = useSelf();
  const now = useNow();
  const query = useShiftBrief(true, true);
  useEffect(() => noteOffered(agent.id, Date.now()), [agent.id]);
  const brief = query.data;
  const first = brief && narrow(brief.conversations, search, now)[0];
  const open = (id: Id) => void navigate({ to: "/brief/$id", params: { id }, search: true });
  const change = (next: BriefSearch) => void navigate({ to: "/brief", search: next, replace: true });
  return (
    <div className="page-scroll">
      <PhoneBack />
      <Page
        title={t("brief.title")}
        intro={brief && brief.summary.total > 0 ? t("brief.intro", { at: formatUpcoming(brief.summary.since, now) }) : undefined}
        action={
          first && (
            <div className={styles.start}>
              <Button tone="primary" icon={<Play className="mirrored" />} onClick={() => open(first.id)}>
                {t("brief.start")}
              </Button>
            </div>
          )
        }
      >
        <Loading query={query}>
          {brief &&
            (brief.summary.total === 0 ? (
              <Empty icon={<Sunrise />} title={t("brief.empty_title")}>
                {t("brief.empty")}
              </Empty>
            ) : (
              <Body brief={brief} search={search} onChange={change} onOpen={open} />
            ))}
        </Loading>
      </Page>
    </div>
  );
}
