import { useLocation, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";

import { AlertBanner } from "@/automation/alerts/AlertBanner";
import { BriefBanner } from "@/automation/brief/BriefBanner";
import { outbox } from "@/conversations/composer/outbox";
import { useOutbox } from "@/conversations/composer/useOutbox";
import { Messages } from "@/direct/MessagesLink";
import { rights, runCommand, useCommands } from "@/lib/commands/useCommands";
import { useSelf } from "@/lib/directory";
import { changeDevice, device } from "@/lib/device";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";

import { undoNewest } from "@parley/ui/Toasts";

import { AllowedPage } from "./AllowedPage";
import { LiveBanner } from "./LiveBanner";
import { PAGES } from "./needed";
import styles from "./Shell.module.css";
import { Sidebar } from "./Sidebar";
import { UpdateBanner } from "./UpdateBanner";
import { signOut } from "./signOut";
import { useKeyboard } from "./useKeyboard";
import { useLive } from "./useLive";
import { usePresenceState } from "./usePresenceState";

const NewConversation = lazy(() => import("@/conversations/new/NewConversation").then((file) => ({ default: file.NewConversation })));

const Palette = lazy(() => import("./Palette").then((file) => ({ default: file.Palette })));
const ShortcutsDialog = lazy(() => import("./ShortcutsDialog").then((file) => ({ default: file.ShortcutsDialog })));

/** What every conversation needs a moment later. */
function warmUp(): void {
  void import("@/conversations/composer/Composer");
  void import("./Palette");
}

type Open = "palette" | "shortcuts" | "new" | null;

function nextTheme(): void {
  const order = ["system", "light", "dark"] as const;
  changeDevice({ theme: order[(order.indexOf(device.get().theme) + 1) % order.length] ?? "system" });
}

/** The frame of the desk: views at the side, a page beside them, and what floats above both. */
export function Shell() {
  const t = useT();
  const navigate = useNavigate();
  const path = useLocation({ select: (place) => place.pathname });
  const [open, setOpen] = useState<Open>(null);
  const socket = useLive();
  const waiting = useStore(outbox).length;
  const { permissions } = useSelf().agent;
  useEffect(() => rights.set(permissions), [permissions]);
  useKeyboard();
  useEffect(() => {
    const timer = setTimeout(warmUp, 1500);
    return () => clearTimeout(timer);
  }, []);
  usePresenceState();
  useOutbox();
  const view = (key: string) => () => void navigate({ to: "/inbox/$view", params: { view: key } });
  useCommands({
    "go.mine": view("mine"),
    "go.unassigned": view("unassigned"),
    "go.all": view("all_open"),
    "go.snoozed": view("snoozed"),
    "go.drafts": view("drafts"),
    "go.closed": view("closed"),
    "go.brief": () => void navigate({ to: "/brief" }),
    "go.customers": () => void navigate({ to: "/customers" }),
    "go.returns": () => void navigate({ to: "/returns" }),
    "go.approvals": () => void navigate({ to: "/approvals" }),
    "go.numbers": () => void navigate({ to: "/numbers" }),
    "go.failed": () => void navigate({ to: "/failed-work" }),
    "go.settings": () => void navigate({ to: "/settings" }),
    search: () => void navigate({ to: "/search" }),
    palette: () => setOpen("palette"),
    shortcuts: () => setOpen("shortcuts"),
    new: () => setOpen("new"),
    undo: () => void undoNewest(),
    theme: nextTheme,
    "sign.out": () => void signOut(),
  });
  return (
    <div className={styles.shell} data-print="flow" data-pane={path === "/inbox" ? "views" : "page"}>
      <a className={styles.skip} href="#page">
        {t("nav.skip")}
      </a>
      <Sidebar onNew={() => runCommand("new")} />
      <main id="page" className={styles.page} tabIndex={-1} data-print="flow">
        <LiveBanner socket={socket} waiting={waiting} />
        <UpdateBanner />
        <AlertBanner />
        <BriefBanner />
        <AllowedPage of={PAGES} />
      </main>
      <Messages />
      <Suspense>
        {open === "palette" && <Palette onClose={() => setOpen(null)} />}
        {open === "shortcuts" && <ShortcutsDialog onClose={() => setOpen(null)} />}
        {open === "new" && <NewConversation onClose={() => setOpen(null)} />}
      </Suspense>
    </div>
  );
}
