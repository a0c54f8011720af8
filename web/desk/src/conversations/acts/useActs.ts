import type { ConversationRow, Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import { useSelf } from "@/lib/directory";
import { t, type Key, type Values } from "@/lib/i18n/catalogue";
import { applyConversation } from "@/lib/live/apply";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";
import { nameCustomer } from "@/lib/names";

import { blockCustomer, changeConversation, changeTags, markRead, markSpam, markUnread, type Change } from "../api";
import { markActed, markRefused } from "./acted";

type Said = { key: Key; values?: Values };

/** How a row looks once a change is through. */
export function projectChange<R extends ConversationRow>(row: R, change: Change): R {
  const { snooze_until_reply: untilReply, custom_fields: fields, ...plain } = change;
  const next = { ...row, ...plain };
  if (change.snoozed_until || untilReply) next.status = "snoozed";
  next.snoozed_until_reply = untilReply === true;
  if (change.status !== undefined && change.status !== "snoozed") next.snoozed_until = null;
  if (fields !== undefined) next.custom_fields = { ...row.custom_fields, ...fields };
  return next;
}

/** The change that brings a row back to what it was. */
export function invertChange(row: ConversationRow, change: Change): Change {
  const back: Change = {};
  if (change.status !== undefined || change.snoozed_until !== undefined || change.snooze_until_reply !== undefined) {
    back.status = row.status;
    if (row.status === "snoozed") Object.assign(back, row.snoozed_until_reply ? { snooze_until_reply: true } : { snoozed_until: row.snoozed_until });
  }
  if (change.assignee_id !== undefined) back.assignee_id = row.assignee_id;
  if (change.team_id !== undefined) back.team_id = row.team_id;
  if (change.priority !== undefined) back.priority = row.priority;
  if (change.subject !== undefined) back.subject = row.subject;
  return back;
}

function refuse(client: QueryClient, row: ConversationRow, me: Id, error: unknown, retry: () => void): void {
  applyConversation(client, row, me);
  markRefused(row.id);
  toast({ tone: "red", text: t("act.refused", { number: row.number }), detail: explain(error), action: { label: t("action.try_again"), run: retry } });
}

/** What an agent can do to a conversation: shown at once, taken back visibly when the server refuses. */
export function useActs() {
  const client = useQueryClient();
  const { agent } = useSelf();
  return useMemo(() => {
    const me = agent.id;
    const settle = (fresh: ConversationRow) => {
      applyConversation(client, fresh, me);
    };

    async function change(row: ConversationRow, body: Change, said?: Said): Promise<void> {
      markActed(row.id);
      applyConversation(client, projectChange(row, body), me);
      try {
        const fresh = await changeConversation(row.id, body);
        settle(fresh);
        void client.invalidateQueries({ queryKey: keys.views });
        if (!said) return;
        toast({ text: t(said.key, said.values), action: { label: t("action.undo"), run: () => void change(fresh, invertChange(row, body)) } });
      } catch (error) {
        refuse(client, row, me, error, () => void change(row, body, said));
      }
    }

    async function tag(row: ConversationRow, add: Id[], take: Id[]): Promise<void> {
      markActed(row.id);
      applyConversation(client, { ...row, tags: [...new Set([...row.tags, ...add])].filter((id) => !take.includes(id)) }, me);
      try {
        settle(await changeTags(row.id, add, take));
      } catch (error) {
        refuse(client, row, me, error, () => void tag(row, add, take));
      }
    }

    async function setUnread(row: ConversationRow, unread: boolean): Promise<void> {
      if (row.unread === unread) return;
      applyConversation(client, { ...row, unread }, me);
      try {
        await (unread ? markUnread(row.id) : markRead(row.id));
        void client.invalidateQueries({ queryKey: keys.views });
      } catch (error) {
        if (unread) refuse(client, row, me, error, () => void setUnread(row, unread));
      }
    }

    async function spam(row: ConversationRow, block: boolean): Promise<void> {
      markActed(row.id);
      const customer = { ...row.customer, blocked: block || row.customer.blocked };
      applyConversation(client, { ...row, status: "spam", customer }, me);
      try {
        settle(await (block ? blockCustomer(row.id) : markSpam(row.id)));
        void client.invalidateQueries({ queryKey: keys.customer(row.customer.id) });
        toast({
          text: t(block ? "act.blocked" : "act.spam", { name: nameCustomer(row.customer) }),
          ...(!block && { action: { label: t("action.undo"), run: () => void change({ ...row, status: "spam" }, { status: row.status === "spam" ? "open" : row.status }) } }),
        });
      } catch (error) {
        refuse(client, row, me, error, () => void spam(row, block));
      }
    }

    return { change, tag, setUnread, spam };
  }, [agent.id, client]);
}

export type Acts = ReturnType<typeof useActs>;

