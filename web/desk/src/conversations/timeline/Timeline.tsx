import type { Conversation } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { Skeleton } from "@parley/ui/Skeleton";
import { ArrowDown, Unplug } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";

import { formatDay } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { findNewestMessage } from "@/lib/live/timeline";
import { usePresence } from "@/lib/live/presence";
import { explain } from "@/lib/problem";
import { nameCustomer } from "@/lib/names";

import { Pending } from "../composer/Pending";
import { EventLines } from "./EventLines";
import { groupTimeline } from "./group";
import { MessageItem } from "./MessageItem";
import styles from "./Timeline.module.css";
import { useTimeline } from "./useTimeline";

const AWAY = -120;
const NEAR_TOP = 400;

/**
 * The whole conversation, newest at the foot. The box is laid out from its end, so the browser itself keeps the newest
 * in view and keeps the place when older messages arrive above.
 */
export function Timeline({ conversation }: { conversation: Conversation }) {
  const t = useT();
  const { query, items } = useTimeline(conversation.id);
  const { customerTyping } = usePresence(conversation.id);
  const blocks = useMemo(() => groupTimeline(items), [items]);
  const scroller = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const newest = findNewestMessage(items)?.id;
  const answer = items.findLast((item) => item.type === "message" && item.direction === "out" && item.state !== "cancelled")?.id;
  const [seen, setSeen] = useState(newest);
  if (!away && seen !== newest) setSeen(newest);

  const toFoot = () => scroller.current?.scrollTo({ top: 0, behavior: "smooth" });
  const watch = (box: HTMLDivElement) => {
    setAway(box.scrollTop < AWAY);
    const left = box.scrollHeight - box.clientHeight + box.scrollTop;
    if (left < NEAR_TOP && query.hasNextPage && !query.isFetchingNextPage && !query.isFetchNextPageError) void query.fetchNextPage();
  };
  const linked = location.hash.startsWith("#m-") ? location.hash.slice(1) : null;
  useEffect(() => {
    if (linked !== null && !query.isPending) document.getElementById(linked)?.scrollIntoView({ block: "center" });
  }, [linked, query.isPending]);

  if (query.isPending) return <div className={styles.stage}><Skeleton kind="bubbles" lines={4} label={t("state.loading")} /></div>;
  if (query.isError && items.length === 0) {
    return (
      <Empty icon={<Unplug />} title={t("timeline.failed")} action={<Button onClick={() => void query.refetch()}>{t("action.try_again")}</Button>}>
        {explain(query.error)}
      </Empty>
    );
  }
  return (
    <div className={styles.stage} data-print="flow">
      {/* A scrolling region must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={scroller} className={styles.scroller} tabIndex={0} role="region" aria-label={t("timeline.label")} onScroll={(event) => watch(event.currentTarget)} data-print="flow">
        <div className={styles.items}>
          {query.hasNextPage && (
            <div className={styles.older}>
              <Button size="s" tone="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t("timeline.older")}
              </Button>
            </div>
          )}
          <div role="log" aria-live="polite" aria-relevant="additions">
            {blocks.map((block) =>
              block.kind === "day" ? (
                <h2 key={block.key} className={styles.day}>
                  <span>{formatDay(block.at)}</span>
                </h2>
              ) : block.kind === "events" ? (
                <EventLines key={block.key} events={block.events} customer={nameCustomer(conversation.customer)} conversationId={conversation.id} />
              ) : (
                <MessageItem key={block.key} message={block.message} follows={block.follows} showChannel={conversation.threads.length > 1} newest={block.message.id === answer} />
              ),
            )}
            <Pending conversationId={conversation.id} items={items} />
          </div>
          <p className={styles.typing} role="status">
            {customerTyping && (
              <>
                <span className={styles.dots} aria-hidden="true">
                  <i />
                  <i />
                  <i />
                </span>
                {t("presence.customer_typing", { name: nameCustomer(conversation.customer) })}
              </>
            )}
          </p>
        </div>
      </div>
      {away && (
        <button type="button" className={styles.down} onClick={toFoot} data-fresh={seen !== newest} data-print="no">
          <ArrowDown />
          {seen === newest ? <span className="sr-only">{t("timeline.to_foot")}</span> : t("timeline.newer")}
        </button>
      )}
    </div>
  );
}
