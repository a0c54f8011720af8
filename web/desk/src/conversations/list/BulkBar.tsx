import type { ConversationRow, Id, ViewFilter } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { IconButton } from "@parley/ui/IconButton";
import { Menu, MenuItem } from "@parley/ui/Menu";
import { Clock, CircleCheck, Flag, Inbox, Megaphone, ShieldAlert, Tag, UserRound, X } from "lucide-react";
import { useState } from "react";

import { keysOf } from "@/lib/commands/table";
import { useCommands } from "@/lib/commands/useCommands";
import { formatUpcoming } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { listPresets } from "@/lib/snooze";
import { useStore } from "@/lib/store";

import { AgentPicker, TagPicker } from "../acts/pickers";
import { useBulk } from "../acts/useBulk";
import styles from "./BulkBar.module.css";
import { clearSelection, selection } from "./order";

/** Begins a message to everybody who wrote these. */
export type Tell = (ids: readonly Id[]) => void;

type BulkBarProps = { view: string; filter: ViewFilter; order: readonly Id[]; total: number; rowOf: (id: Id) => ConversationRow | undefined; onTell: Tell | undefined };

/** Acts on everything that is chosen. */
export function BulkBar({ view, filter, order, total, rowOf, onTell }: BulkBarProps) {
  const t = useT();
  const { ids, all } = useStore(selection);
  const [picking, setPicking] = useState<"agent" | "tags" | null>(null);
  const bulk = useBulk();
  const rows = [...ids].map(rowOf).filter((row) => row !== undefined);
  const n = all ? total : ids.size;
  const run = (act: Parameters<typeof bulk>[2]) => {
    void bulk(all ? { view, filter } : { ids: [...ids] }, rows, act);
    clearSelection();
  };
  useCommands({
    "conversation.close": () => run({ status: "closed" }),
    "conversation.assign": () => setPicking("agent"),
    "conversation.tags": () => setPicking("tags"),
  });
  return (
    <div className={styles.bar} role="toolbar" aria-label={t("bulk.label")}>
      <span className={styles.count}>{t("bulk.count", { n })}</span>
      {!all && ids.size === order.length && total > order.length && (
        <Button size="s" tone="quiet" onClick={() => selection.set({ ids: new Set(order), all: true })}>
          {t("bulk.all", { n: total })}
        </Button>
      )}
      <span className={styles.space} />
      <IconButton size="s" label={t("cmd.close")} keys={keysOf("conversation.close")} icon={<CircleCheck />} onClick={() => run({ status: "closed" })} />
      <AgentPicker
        chosen={[]}
        open={picking === "agent"}
        onOpenChange={(open) => setPicking(open ? "agent" : null)}
        onChoose={(id) => run({ assignee_id: id })}
        trigger={<IconButton size="s" label={t("cmd.assign")} keys={keysOf("conversation.assign")} icon={<UserRound />} />}
      />
      <TagPicker
        chosen={[]}
        open={picking === "tags"}
        onOpenChange={(open) => setPicking(open ? "tags" : null)}
        onToggle={(id) => run({ add_tags: [id] })}
        trigger={<IconButton size="s" label={t("cmd.tags")} keys={keysOf("conversation.tags")} icon={<Tag />} />}
      />
      <Menu trigger={<IconButton size="s" label={t("cmd.priority")} icon={<Flag />} />}>
        {(["urgent", "high", "normal", "low"] as const).map((priority) => (
          <MenuItem key={priority} onSelect={() => run({ priority })}>
            {t(`priority.${priority}`)}
          </MenuItem>
        ))}
      </Menu>
      <Menu trigger={<IconButton size="s" label={t("cmd.snooze")} icon={<Clock />} />}>
        {listPresets(new Date()).map((preset) => (
          <MenuItem key={preset.id} hint={formatUpcoming(preset.at.toISOString())} onSelect={() => run({ status: "snoozed", snoozed_until: preset.at.toISOString() })}>
            {t(preset.label)}
          </MenuItem>
        ))}
      </Menu>
      <Menu trigger={<IconButton size="s" label={t("bulk.more")} icon={<Inbox />} />}>
        <MenuItem icon={<Inbox />} onSelect={() => run({ status: "open" })}>
          {t("cmd.reopen")}
        </MenuItem>
        <MenuItem icon={<ShieldAlert />} danger onSelect={() => run({ status: "spam" })}>
          {t("cmd.spam")}
        </MenuItem>
      </Menu>
      {onTell && !all && <IconButton size="s" label={t("bulk.broadcast")} icon={<Megaphone />} onClick={() => onTell([...ids])} />}
      <IconButton size="s" label={t("bulk.clear")} keys="escape" icon={<X />} onClick={clearSelection} />
    </div>
  );
}
