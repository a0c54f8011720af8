import type { Conversation, Id } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { Empty } from "@parley/ui/Empty";
import { Skeleton } from "@parley/ui/Skeleton";
import { useQuery } from "@tanstack/react-query";
import { SearchX, Unplug } from "lucide-react";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";

import { useCommands } from "@/lib/commands/useCommands";
import { changeDevice, device } from "@/lib/device";
import { formatDateTime } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { explain, Problem } from "@/lib/problem";
import { keys } from "@/lib/query";
import { useStore } from "@/lib/store";
import { useWide } from "@/lib/useWide";
import { nameCustomer } from "@/lib/names";

import { useActs } from "../acts/useActs";
import { getConversation } from "../api";
import { MergedNotice } from "../merge/MergedNotice";
import { Timeline } from "../timeline/Timeline";
import styles from "./ConversationPage.module.css";
import { Head } from "./Head";

const Composer = lazy(() => import("../composer/Composer").then((file) => ({ default: file.Composer })));

type ConversationPageProps = {
  id: Id;
  /** Where one goes back to, at phone width and by Escape. */
  onBack: () => void;
  /** Goes on once the conversation has left the list that the reader works through. */
  onDone: () => void;
  panel: (conversation: Conversation) => ReactNode;
};

/** Read as soon as it is looked at. */
function useMarkRead(conversation: Conversation | undefined): void {
  const { setUnread } = useActs();
  const unread = conversation?.unread === true;
  useEffect(() => {
    if (!unread) return;
    const mark = () => {
      if (document.visibilityState === "visible" && document.hasFocus()) void setUnread(conversation, false);
    };
    const timer = setTimeout(mark, 300);
    addEventListener("focus", mark);
    return () => {
      clearTimeout(timer);
      removeEventListener("focus", mark);
    };
    // Only whether it is unread matters: other changes must not start the wait again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [unread, conversation?.id]);
}

/** One conversation: its head, its timeline, the field to answer in, and the panel beside it. */
export function ConversationPage({ id, onBack, onDone, panel }: ConversationPageProps) {
  const t = useT();
  const { data, error, refetch } = useQuery({ queryKey: keys.conversation(id), queryFn: () => getConversation(id) });
  const { panel: panelOpen } = useStore(device);
  const wide = useWide("72rem");
  const [sheet, setSheet] = useState(false);
  useMarkRead(data);
  const togglePanel = () => (wide ? changeDevice({ panel: !panelOpen }) : setSheet((old) => !old));
  useCommands({ back: onBack, "conversation.panel": togglePanel });
  useEffect(() => {
    if (data) document.title = t("page.conversation", { number: data.number, name: nameCustomer(data.customer) });
    return () => {
      document.title = t("app.name");
    };
  }, [data, t]);
  if (error && !data) {
    const missing = error instanceof Problem && error.status === 404;
    return (
      <Empty
        icon={missing ? <SearchX /> : <Unplug />}
        title={t(missing ? "conversation.missing" : "conversation.failed")}
        action={<Button onClick={missing ? onBack : () => void refetch()}>{t(missing ? "action.back" : "action.try_again")}</Button>}
      >
        {explain(error)}
      </Empty>
    );
  }
  if (!data) return <Skeleton kind="bubbles" lines={5} label={t("state.loading")} />;
  return (
    <div className={styles.page} data-print="flow">
      <section className={styles.main} aria-label={t("conversation.label", { number: data.number })} data-print="flow">
        <h1 className={styles.printHead}>{t("print.head", { number: data.number, name: nameCustomer(data.customer), at: formatDateTime(data.created_at) })}</h1>
        <Head conversation={data} onBack={onBack} onDone={onDone} onPanel={togglePanel} panelOpen={wide ? panelOpen : sheet} />
        {data.merged_into_id !== null && <MergedNotice conversation={data} into={data.merged_into_id} />}
        <Timeline key={id} conversation={data} />
        {data.merged_into_id === null && (
          <Suspense fallback={<div className={styles.composerRoom} />}>
            <Composer key={id} conversation={data} onDone={onDone} />
          </Suspense>
        )}
      </section>
      {wide && panelOpen && (
        <aside className={styles.panel} aria-label={t("panel.label")}>
          {panel(data)}
        </aside>
      )}
      {!wide && (
        <Dialog open={sheet} onClose={() => setSheet(false)} sheet title={t("panel.label")} closeLabel={t("action.close_dialog")}>
          <div className={styles.sheetRoom}>{panel(data)}</div>
        </Dialog>
      )}
    </div>
  );
}
