import type { ConversationRow, Id } from "@parley/client/types";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useImperativeHandle, useRef, type ReactNode, type Ref } from "react";

import { useStore } from "@/lib/store";

import { refused } from "../acts/acted";
import styles from "./ListPane.module.css";
import { selection } from "./order";
import { Row } from "./Row";

const HEIGHT = 72;
const NEAR_END = 12;

type RowsProps = {
  view: string;
  order: readonly Id[];
  rowOf: (id: Id) => ConversationRow | undefined;
  openId: Id | null;
  cursor: Id | null;
  gone: ReadonlySet<Id>;
  waitingFirst: boolean;
  onToggle: (id: Id, range: boolean) => void;
  onScrolled: (scrolled: boolean) => void;
  more: boolean;
  onMore: () => void;
  footer: ReactNode;
  ref: Ref<HTMLDivElement | null>;
};

/** The rows that can be seen, and a few around them; asks for more before the end is reached. */
export function Rows(props: RowsProps) {
  "use no memo";
  const { view, order, rowOf, openId, cursor, gone, waitingFirst, onToggle, onScrolled, more, onMore, footer, ref } = props;
  const scroller = useRef<HTMLDivElement>(null);
  useImperativeHandle<HTMLDivElement | null, HTMLDivElement | null>(ref, () => scroller.current);
  const chosen = useStore(selection);
  const said = useStore(refused);
  // eslint-disable-next-line react-hooks/incompatible-library -- the library keeps its own state; nothing here is memoised around it
  const virtual = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT,
    overscan: 8,
    getItemKey: (i) => order[i] ?? i,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= order.length - NEAR_END) onMore();
  }, [more, last, order.length, onMore]);
  useEffect(() => {
    const i = cursor === null ? -1 : order.indexOf(cursor);
    if (i >= 0) virtual.scrollToIndex(i, { align: "auto" });
    // Only a moved cursor scrolls: new rows above must not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [cursor]);
  return (
    <div ref={scroller} className={styles.rows} onScroll={(event) => onScrolled(event.currentTarget.scrollTop > HEIGHT)}>
      <ul className={styles.sizer} style={{ blockSize: virtual.getTotalSize() }}>
        {items.map((item) => {
          const id = order[item.index];
          const row = id === undefined ? undefined : rowOf(id);
          if (!row) return null;
          return (
            <li key={item.key} className={styles.item} style={{ blockSize: item.size, transform: `translateY(${item.start}px)` }} aria-setsize={order.length} aria-posinset={item.index + 1}>
              <Row
                row={row}
                view={view}
                open={row.id === openId}
                cursor={row.id === cursor}
                selected={chosen.all || chosen.ids.has(row.id)}
                gone={gone.has(row.id)}
                refused={said.has(row.id)}
                waitingFirst={waitingFirst}
                onSelect={(range) => onToggle(row.id, range)}
              />
            </li>
          );
        })}
      </ul>
      {footer !== null && <div className={styles.foot}>{footer}</div>}
    </div>
  );
}
