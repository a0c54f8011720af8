import type { Conversation, Id } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Menu, MenuItem } from "@parley/ui/Menu";
import { Progress } from "@parley/ui/Progress";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ListChecks } from "lucide-react";
import { useId } from "react";

import { useChecklists } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Section } from "@/lib/Section";

import { setChecklist } from "../api";
import styles from "./Details.module.css";

/** The steps that the shop has agreed on for a case like this. */
export function Checklist({ conversation }: { conversation: Conversation }) {
  const t = useT();
  const client = useQueryClient();
  const prefix = useId();
  const { items: known } = useChecklists();
  const { checklist } = conversation;
  const key = keys.conversation(conversation.id);
  const save = useMutation({
    // One after the other: a tick must not overtake the one before.
    scope: { id: `checklist-${conversation.id}` },
    mutationKey: ["checklist", conversation.id],
    mutationFn: ({ id, done }: { id: Id | null; done: number[] }) => setChecklist(conversation.id, id, done),
    onMutate: ({ id, done }) => {
      // What was asked before the tick must not be shown after it.
      void client.cancelQueries({ queryKey: key, exact: true });
      const before = client.getQueryData<Conversation>(key);
      const named = known.find((one) => one.id === id);
      client.setQueryData<Conversation>(key, (old) => old && { ...old, checklist: named ? { checklist_id: named.id, name: named.name, items: named.items, done } : id === null ? null : old.checklist && { ...old.checklist, done } });
      return { before };
    },
    onError: (error, _change, context) => {
      client.setQueryData(key, context?.before);
      toast({ tone: "red", text: explain(error) });
    },
    onSettled: () => {
      if (client.isMutating({ mutationKey: ["checklist", conversation.id] }) === 1) void client.invalidateQueries({ queryKey: key, exact: true });
    },
  });
  if (!checklist && known.length === 0) return null;
  const suggested = checklist ? [] : known.filter((one) => one.tag_ids.some((id) => conversation.tags.includes(id)) || (one.intent !== "" && one.intent === conversation.intent));
  const finished = checklist !== null && checklist.done.length === checklist.items.length;
  const toggle = (i: number) => {
    if (!checklist) return;
    const done = checklist.done.includes(i) ? checklist.done.filter((one) => one !== i) : [...checklist.done, i].sort((a, b) => a - b);
    save.mutate({ id: checklist.checklist_id, done });
  };
  const choose = (
    <Menu
      align="start"
      trigger={
        <Button size="s" tone="quiet" icon={<ListChecks />}>
          {t(checklist ? "checklist.another" : "checklist.choose")}
        </Button>
      }
    >
      {known.map((one) => (
        <MenuItem key={one.id} onSelect={() => save.mutate({ id: one.id, done: [] })}>
          {one.name}
        </MenuItem>
      ))}
      {checklist && (
        <MenuItem danger onSelect={() => save.mutate({ id: null, done: [] })}>
          {t("checklist.remove")}
        </MenuItem>
      )}
    </Menu>
  );
  return (
    <Section title={checklist ? checklist.name : t("checklist.title")}>
      {checklist && (
        <>
          <div className={styles.bar}>
            <Progress value={checklist.done.length} max={checklist.items.length} label={t("checklist.progress", { done: checklist.done.length, n: checklist.items.length })} />
          </div>
          <ul>
            {checklist.items.map((text, i) => (
              <li key={i} className={styles.check} data-done={checklist.done.includes(i)}>
                <input id={prefix + String(i)} type="checkbox" checked={checklist.done.includes(i)} onChange={() => toggle(i)} />
                <label htmlFor={prefix + String(i)}>{text}</label>
              </li>
            ))}
          </ul>
        </>
      )}
      {finished && <p role="status">{t("checklist.finished")}</p>}
      <div className={styles.foot}>
        {suggested.map((one) => (
          <Button key={one.id} size="s" icon={<ListChecks />} onClick={() => save.mutate({ id: one.id, done: [] })}>
            {t("checklist.start", { name: one.name })}
          </Button>
        ))}
        {choose}
      </div>
    </Section>
  );
}
