import type { Permission } from "@parley/client/types";

import type { Key } from "@/lib/i18n/catalogue";

export type CommandGroup = "move" | "conversation" | "write" | "go" | "app";

type Entry = { keys?: string; group: CommandGroup; label: Key; /** Also while typing. */ always?: true; /** Offered only to who may. */ needs?: Permission };

/** Every command there is: the palette, the list of shortcuts, the menus and the tips all read this one table. */
const TABLE = {
  "list.next": { keys: "j", group: "move", label: "cmd.list_next" },
  "list.previous": { keys: "k", group: "move", label: "cmd.list_previous" },
  "list.open": { keys: "enter", group: "move", label: "cmd.list_open" },
  "list.select": { keys: "x", group: "move", label: "cmd.list_select", needs: "conversations:bulk" },
  "list.select_all": { keys: "shift+x", group: "move", label: "cmd.list_select_all", needs: "conversations:bulk" },
  "list.refresh": { keys: ".", group: "move", label: "cmd.list_refresh" },
  back: { keys: "escape", group: "move", label: "cmd.back" },
  "conversation.close": { keys: "e", group: "conversation", label: "cmd.close", needs: "conversations:write" },
  "conversation.assign": { keys: "a", group: "conversation", label: "cmd.assign", needs: "conversations:write" },
  "conversation.assign_me": { keys: "i", group: "conversation", label: "cmd.assign_me", needs: "conversations:write" },
  "conversation.snooze": { keys: "s", group: "conversation", label: "cmd.snooze", needs: "conversations:write" },
  "conversation.team": { keys: "shift+a", group: "conversation", label: "cmd.team", needs: "conversations:write" },
  "conversation.tags": { keys: "t", group: "conversation", label: "cmd.tags", needs: "conversations:write" },
  "conversation.priority": { keys: "p", group: "conversation", label: "cmd.priority", needs: "conversations:write" },
  "conversation.unread": { keys: "u", group: "conversation", label: "cmd.unread" },
  "conversation.spam": { keys: "shift+1", group: "conversation", label: "cmd.spam", needs: "conversations:write" },
  "conversation.block": { group: "conversation", label: "cmd.block", needs: "conversations:write" },
  "conversation.forward": { keys: "f", group: "conversation", label: "cmd.forward", needs: "conversations:write" },
  "conversation.merge": { group: "conversation", label: "cmd.merge", needs: "conversations:write" },
  "conversation.export": { group: "conversation", label: "cmd.export" },
  "conversation.print": { group: "conversation", label: "cmd.print" },
  "conversation.panel": { keys: "\\", group: "conversation", label: "cmd.panel" },
  "conversation.copy_link": { group: "conversation", label: "cmd.copy_link" },
  "order.refund": { group: "conversation", label: "cmd.order_refund" },
  "order.find": { group: "conversation", label: "cmd.order_find" },
  reply: { keys: "r", group: "write", label: "cmd.reply", needs: "conversations:write" },
  macro: { keys: "m", group: "write", label: "cmd.macro", needs: "conversations:write" },
  note: { keys: "n", group: "write", label: "cmd.note" },
  send: { keys: "mod+enter", group: "write", label: "cmd.send", always: true },
  "send.close": { keys: "mod+shift+enter", group: "write", label: "cmd.send_close", always: true, needs: "conversations:write" },
  "send.later": { group: "write", label: "cmd.send_later", needs: "conversations:write" },
  new: { keys: "c", group: "write", label: "cmd.new", needs: "conversations:write" },
  undo: { keys: "z", group: "app", label: "cmd.undo" },
  "go.mine": { keys: "g m", group: "go", label: "cmd.go_mine" },
  "go.unassigned": { keys: "g u", group: "go", label: "cmd.go_unassigned" },
  "go.all": { keys: "g a", group: "go", label: "cmd.go_all" },
  "go.snoozed": { keys: "g z", group: "go", label: "cmd.go_snoozed" },
  "go.drafts": { keys: "g d", group: "go", label: "cmd.go_drafts" },
  "go.closed": { keys: "g c", group: "go", label: "cmd.go_closed" },
  "go.brief": { keys: "g b", group: "go", label: "cmd.go_brief", needs: "conversations:read" },
  "go.customers": { keys: "g p", group: "go", label: "cmd.go_customers" },
  "go.returns": { keys: "g r", group: "go", label: "cmd.go_returns" },
  "go.approvals": { keys: "g o", group: "go", label: "cmd.go_approvals", needs: "orders:approve" },
  "go.messages": { keys: "g t", group: "go", label: "cmd.go_messages" },
  "go.numbers": { keys: "g n", group: "go", label: "cmd.go_numbers", needs: "numbers:read" },
  "go.failed": { keys: "g f", group: "go", label: "cmd.go_failed", needs: "work:read" },
  "go.settings": { keys: "g s", group: "go", label: "cmd.go_settings" },
  search: { keys: "/", group: "app", label: "cmd.search" },
  palette: { keys: "mod+k", group: "app", label: "cmd.palette", always: true },
  shortcuts: { keys: "?", group: "app", label: "cmd.shortcuts" },
  notifications: { keys: "b", group: "app", label: "cmd.notifications" },
  theme: { group: "app", label: "cmd.theme" },
  "sign.out": { group: "app", label: "cmd.sign_out" },
} satisfies Record<string, Entry>;

export type CommandId = keyof typeof TABLE;
export const COMMANDS: Readonly<Record<CommandId, Entry>> = TABLE;
export const COMMAND_IDS = Object.keys(TABLE) as CommandId[];
export const GROUPS: readonly CommandGroup[] = ["move", "conversation", "write", "go", "app"];

/** The shortcut of a command, for tips and menus. */
export function keysOf(id: CommandId): string | undefined {
  return COMMANDS[id].keys;
}
