import type { Address, Conversation, Id } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { SelectField, TextArea } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useChannels } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { flattenTimeline, type TimelinePages } from "@/lib/live/timeline";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";
import { escapeText } from "@/lib/html";

import { forwardMessages } from "../api";
import { AddressField } from "../composer/AddressField";

/** Messages that one forwarded mail may hold; of a longer talk the newest go. */
const MOST = 50;

type ForwardDialogProps = { conversationId: Id; /** Null means everything that was written to and fro. */ messageIds: Id[] | null; onClose: () => void };

/** Sends messages on to somebody outside: a supplier, a carrier. */
export function ForwardDialog({ conversationId, messageIds, onClose }: ForwardDialogProps) {
  const t = useT();
  const client = useQueryClient();
  const [to, setTo] = useState<Address[]>([]);
  const [words, setWords] = useState("");
  const [channelId, setChannelId] = useState<Id | null>(null);
  const { items } = useChannels();
  // A conversation that was never by e-mail has no mailbox of its own; otherwise the server takes the newest thread's.
  const byMail = client.getQueryData<Conversation>(keys.conversation(conversationId))?.threads.some((one) => one.kind === "email") ?? false;
  const channels = byMail ? [] : items.filter((one) => one.kind === "email" && one.state !== "paused");
  const channel = channels.find((one) => one.id === channelId) ?? channels[0];
  const loaded = flattenTimeline(client.getQueryData<TimelinePages>(keys.timeline(conversationId)));
  const ids = messageIds ?? loaded.filter((item) => item.type === "message" && item.kind === "message" && !item.redacted).map((item) => item.id).slice(-MOST);
  const send = useMutation({
    mutationFn: () => forwardMessages(conversationId, { to, html: escapeText(words), message_ids: ids, ...(channel && { channel_id: channel.id }) }),
    onSuccess: () => {
      toast({ text: t("forward.done", { n: to.length }) });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("cmd.forward")}
      intro={t("forward.intro", { n: ids.length })}
      closeLabel={t("action.close_dialog")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone="primary" busy={send.isPending} disabled={to.length === 0 || ids.length === 0} onClick={() => send.mutate()}>
            {t("cmd.forward")}
          </Button>
        </>
      }
    >
      <div className="stack">
        {send.error && <Notice tone="red">{explain(send.error)}</Notice>}
        {channels.length > 1 && (
          <SelectField label={t("mail.from")} value={channel?.id ?? ""} onChange={(event) => setChannelId(event.target.value)}>
            {channels.map((one) => (
              <option key={one.id} value={one.id}>
                {one.address || one.name}
              </option>
            ))}
          </SelectField>
        )}
        <AddressField label={t("mail.to")} value={to} onChange={setTo} boxed first />
        <TextArea label={t("forward.words")} rows={4} value={words} onChange={(event) => setWords(event.target.value)} />
      </div>
    </Dialog>
  );
}
