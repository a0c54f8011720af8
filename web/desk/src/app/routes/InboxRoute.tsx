import { Empty } from "@parley/ui/Empty";
import { Keys } from "@parley/ui/Keys";
import { Outlet, useParams, useSearch } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";

import { ListPane, type Narrowing } from "@/conversations/list/ListPane";
import { listOrder } from "@/conversations/list/order";
import { changeDevice, device } from "@/lib/device";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";
import { useTellAffected } from "@/outreach/broadcasts/useTellAffected";

import styles from "./InboxRoute.module.css";

const NARROWEST = 280;
const WIDEST = 560;

function Divider({ onResize }: { onResize: (width: number) => void }) {
  const t = useT();
  const { listWidth } = useStore(device);
  const start = useRef<{ x: number; width: number } | null>(null);
  const turn = () => (document.documentElement.dir === "rtl" ? -1 : 1);
  const set = (width: number) => onResize(Math.min(WIDEST, Math.max(NARROWEST, width)));
  return (
    // A divider that can be moved is a control: https://www.w3.org/WAI/ARIA/apg/patterns/windowsplitter/
    /* eslint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t("list.resize")}
      aria-valuenow={listWidth}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      tabIndex={0}
      className={styles.divider}
      onKeyDown={(event) => {
        const step = event.key === "ArrowRight" ? 16 : event.key === "ArrowLeft" ? -16 : 0;
        if (step !== 0) set(listWidth + step * turn());
      }}
      onPointerDown={(event) => {
        start.current = { x: event.clientX, width: listWidth };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (start.current) set(start.current.width + (event.clientX - start.current.x) * turn());
      }}
      onPointerUp={() => {
        start.current = null;
      }}
    />
    /* eslint-enable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */
  );
}

/** The list of a view, and beside it what was opened from it. */
export function InboxRoute(): ReactNode {
  const { view } = useParams({ from: "/desk/inbox/$view" });
  const narrowing: Narrowing = useSearch({ from: "/desk/inbox/$view" });
  const { id } = useParams({ strict: false });
  const { listWidth } = useStore(device);
  const tell = useTellAffected();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.style.setProperty("--list", `${String(listWidth)}px`), [listWidth]);
  return (
    <div ref={box} className={styles.panes} data-open={id !== undefined} data-print="flow">
      <div className={styles.list} data-print="no">
        <ListPane key={view} view={view} openId={id ?? null} narrowing={narrowing} onTell={tell} />
      </div>
      <Divider onResize={(width) => changeDevice({ listWidth: width })} />
      <div className={styles.detail} data-print="flow">{id === undefined ? <NothingOpen /> : <Outlet />}</div>
    </div>
  );
}

function NothingOpen() {
  const t = useT();
  const { ids } = useStore(listOrder);
  // The list says already why it is empty.
  if (ids.length === 0) return null;
  return (
    <Empty icon={<MessagesSquare />} title={t("inbox.nothing_open")}>
      <span className={styles.hints}>
        <Keys keys="j" /> <Keys keys="k" /> {t("inbox.hint_move")} · <Keys keys="?" /> {t("inbox.hint_keys")} · <Keys keys="mod+k" /> {t("inbox.hint_palette")}
      </span>
    </Empty>
  );
}
