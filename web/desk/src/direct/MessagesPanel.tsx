import { IconButton } from "@parley/ui/IconButton";
import { ChevronLeft, SquarePen, X } from "lucide-react";
import { useEffect, useRef } from "react";

import { useSelf } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";

import styles from "./Direct.module.css";
import { nameThread } from "./names";
import { NewThread } from "./NewThread";
import { closeMessages, openMessages, panel } from "./panel";
import { ThreadList } from "./ThreadList";
import { ThreadView } from "./ThreadView";
import { useThread } from "./useDirect";

function ThreadName({ id }: { id: string }) {
  const { agent } = useSelf();
  const { data } = useThread(id);
  return <bdi>{data ? nameThread(data, agent.id) : ""}</bdi>;
}

/** What colleagues write to each other, beside whatever page is open. Customers never see it. */
export function MessagesPanel() {
  const t = useT();
  const { show } = useStore(panel);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    if (!box.current?.contains(before)) box.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  useEffect(() => {
    const place = box.current;
    const leave = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      if (show === "list") closeMessages();
      else openMessages("list");
    };
    place?.addEventListener("keydown", leave);
    return () => place?.removeEventListener("keydown", leave);
  }, [show]);
  const inside = typeof show === "object";
  return (
    <section
      ref={box}
      tabIndex={-1}
      className={styles.panel}
      aria-label={t("nav.messages")}
      data-print="none"
    >
      <header className={styles.head}>
        {show !== "list" && <IconButton size="s" label={t("direct.back")} icon={<ChevronLeft className="mirrored" />} onClick={() => openMessages("list")} />}
        <h2>{inside ? <ThreadName id={show.thread} /> : t(show === "new" ? "direct.new" : "nav.messages")}</h2>
        {show === "list" && <IconButton size="s" label={t("direct.new")} icon={<SquarePen />} onClick={() => openMessages("new")} />}
        <IconButton size="s" label={t("direct.close")} icon={<X />} onClick={closeMessages} />
      </header>
      <div className={styles.body}>{inside ? <ThreadView key={show.thread} id={show.thread} /> : show === "new" ? <NewThread /> : <ThreadList />}</div>
    </section>
  );
}
