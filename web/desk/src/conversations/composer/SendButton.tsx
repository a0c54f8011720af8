import { Button } from "@parley/ui/Button";
import { Menu, MenuItem } from "@parley/ui/Menu";
import { CalendarClock, ChevronDown, CircleCheck, Clock, SendHorizontal } from "lucide-react";

import { keysOf } from "@/lib/commands/table";
import { useT } from "@/lib/i18n/useT";

import { Tooltip } from "@parley/ui/Tooltip";

import type { SendHow } from "./Composer";
import styles from "./Composer.module.css";

type SendButtonProps = { note: boolean; ready: boolean; closed: boolean; onSend: (how?: SendHow) => void; onMoment: (what: "send" | "snooze") => void };

/** Sends; and beside it what may follow at once. */
export function SendButton({ note, ready, closed, onSend, onMoment }: SendButtonProps) {
  const t = useT();
  if (note) {
    return (
      <Button size="s" tone="primary" disabled={!ready} onClick={() => onSend()}>
        {t("composer.add_note")}
      </Button>
    );
  }
  return (
    <span className={styles.send}>
      <Tooltip text={t("cmd.send")} keys={keysOf("send")} side="top">
        <Button size="s" tone="primary" className={styles.sendMain} icon={<SendHorizontal className="mirrored" />} disabled={!ready} onClick={() => onSend()}>
          {t("action.send")}
        </Button>
      </Tooltip>
      <Menu
        side="top"
        trigger={
          <button type="button" className={styles.sendMore} disabled={!ready} aria-label={t("send.more")}>
            <ChevronDown />
          </button>
        }
      >
        {!closed && (
          <MenuItem icon={<CircleCheck />} keys={keysOf("send.close")} onSelect={() => onSend({ then: "close" })}>
            {t("cmd.send_close")}
          </MenuItem>
        )}
        <MenuItem icon={<Clock />} onSelect={() => onMoment("snooze")}>
          {t("send.snooze")}
        </MenuItem>
        <MenuItem icon={<CalendarClock />} onSelect={() => onMoment("send")}>
          {t("cmd.send_later")}
        </MenuItem>
      </Menu>
    </span>
  );
}
