import { cx } from "@parley/ui/cx";
import { MessagesSquare } from "lucide-react";
import { lazy, Suspense } from "react";

import { useCommands } from "@/lib/commands/useCommands";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";

import { closeMessages, openMessages, panel } from "./panel";
import styles from "./Direct.module.css";
import { useThreads } from "./useDirect";

const MessagesPanel = lazy(() => import("./MessagesPanel").then((file) => ({ default: file.MessagesPanel })));

/** Opens and closes the messages of colleagues, and says how many talks have something new. */
export function MessagesLink({ className }: { className: string | undefined }) {
  const t = useT();
  const { open } = useStore(panel);
  const unread = useThreads().data?.pages[0]?.unread ?? 0;
  useCommands({ "go.messages": () => openMessages() });
  return (
    <button type="button" className={cx(className, styles.link)} aria-expanded={open} onClick={() => (open ? closeMessages() : openMessages())}>
      <MessagesSquare />
      <span>{t("nav.messages")}</span>
      {unread > 0 && (
        <span className={styles.count}>
          {unread}
          <span className="sr-only"> {t("direct.unread")}</span>
        </span>
      )}
    </button>
  );
}

/** The panel, where it floats over the page. */
export function Messages() {
  const { open } = useStore(panel);
  return <Suspense>{open && <MessagesPanel />}</Suspense>;
}
