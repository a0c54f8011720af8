import type { Me, Notification, QuietHours } from "@parley/client/types";
import type { QueryClient } from "@tanstack/react-query";

import { toast } from "@parley/ui/Toasts";

import { device } from "@/lib/device";
import { get } from "@/lib/http";
import { t, tName } from "@/lib/i18n/catalogue";
import { keys } from "@/lib/query";

import { playChime } from "./chime";

/** Whether a moment lies in quiet hours. A stretch past midnight belongs to the day on which it begins; 0 is Monday. */
export function isQuiet(quiet: QuietHours, now: Date): boolean {
  if (!quiet.on) return false;
  const clock = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
  const today = (now.getDay() + 6) % 7;
  const yesterday = (today + 6) % 7;
  if (quiet.from < quiet.to) return quiet.days.includes(today) && clock >= quiet.from && clock < quiet.to;
  return (clock >= quiet.from && quiet.days.includes(today)) || (clock < quiet.to && quiet.days.includes(yesterday));
}

/** The line that tells about a notification. */
export function describeNotification(one: Notification): string {
  return tName("notification", one.kind, { name: one.actor?.name ?? "", number: one.conversation_number ?? 0 });
}

/** Tells the reader, unless it is about what he is looking at or he asked for quiet. */
export async function announce(client: QueryClient, one: Notification, open: string | null, go: (id: string) => void): Promise<void> {
  const looking = document.visibilityState === "visible" && document.hasFocus() && one.conversation_id !== null && one.conversation_id === open;
  if (looking) return;
  const me = await client.query<Me>({ queryKey: keys.me, queryFn: () => get<Me>("/me"), staleTime: 60_000 });
  if (isQuiet(me.notifications.quiet, new Date())) return;
  if (me.notifications.sound && device.get().sound) playChime();
  if (!me.notifications.desk) return;
  const { conversation_id: id } = one;
  toast({
    text: describeNotification(one),
    detail: one.text,
    ...(id !== null && { action: { label: t("action.open"), run: () => go(id) } }),
  });
}
