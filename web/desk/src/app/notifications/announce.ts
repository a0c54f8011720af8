import type { Notification } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";

import { isLookingAt, openMessages } from "@/direct/panel";
import { device } from "@/lib/device";
import { t } from "@/lib/i18n/catalogue";

import { playChime } from "./chime";

/** Tells the reader by the ways the server chose (his wishes and quiet hours are in them), unless he is looking at it. */
export function announce(one: Notification, open: string | null, go: (id: string) => void): void {
  const { conversation_id: id, direct_thread_id: thread, ways } = one;
  if (thread !== null && isLookingAt(thread)) return;
  const looking = document.visibilityState === "visible" && document.hasFocus() && id !== null && id === open;
  if (looking) return;
  if (ways.includes("sound") && device.get().sound) playChime();
  // An alert stands above the page by itself.
  if (!ways.includes("desk") || one.kind === "alert") return;
  if (thread !== null) toast({ text: one.text, action: { label: t("action.open"), run: () => openMessages({ thread }) } });
  else toast({ text: one.text, ...(id !== null && { action: { label: t("action.open"), run: () => go(id) } }) });
}
