import type { ConversationRow } from "@parley/client/types";
import { Menu, MenuItem, MenuLine } from "@parley/ui/Menu";
import { CalendarClock, MessageCircleReply, Sun } from "lucide-react";
import { useState, type ReactNode } from "react";

import { formatUpcoming } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { listPresets } from "@/lib/snooze";

import { MomentDialog } from "./MomentDialog";

type SnoozeMenuProps = { row: ConversationRow; trigger: ReactNode; open?: boolean; onOpenChange?: (open: boolean) => void; onSnooze: (until: Date | "reply") => void; onWake: () => void };

/** Puts a conversation off: until a time, or until the customer writes. */
export function SnoozeMenu({ row, trigger, onSnooze, onWake, ...state }: SnoozeMenuProps) {
  const t = useT();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Menu trigger={trigger} {...state}>
        {row.status === "snoozed" && (
          <>
            <MenuItem icon={<Sun />} onSelect={onWake}>
              {t("snooze.wake")}
            </MenuItem>
            <MenuLine />
          </>
        )}
        {listPresets(new Date()).map((preset) => (
          <MenuItem key={preset.id} hint={formatUpcoming(preset.at.toISOString())} onSelect={() => onSnooze(preset.at)}>
            {t(preset.label)}
          </MenuItem>
        ))}
        <MenuItem icon={<MessageCircleReply />} onSelect={() => onSnooze("reply")}>
          {t("snooze.reply")}
        </MenuItem>
        <MenuItem icon={<CalendarClock />} onSelect={() => setAsking(true)}>
          {t("snooze.custom")}
        </MenuItem>
      </Menu>
      {asking && (
        <MomentDialog
          title={t("cmd.snooze")}
          confirm={t("cmd.snooze")}
          onClose={() => setAsking(false)}
          onPick={(at) => {
            setAsking(false);
            onSnooze(at);
          }}
        />
      )}
    </>
  );
}
