import type { Channel, Sender } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { CheckField, TextArea, TextField } from "@parley/ui/Field";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, Send } from "lucide-react";
import { useState } from "react";

import { escapeText, plainText } from "@/lib/html";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { useSenders } from "@/lib/senders";
import { Loading } from "@/lib/settings/Loading";
import { Part, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";
import { RecordDialog } from "@/lib/settings/RecordDialog";

import { changeSender, createSender, removeSender } from "./api";

function SenderDialog({ channel, sender, onClose }: { channel: Channel; sender: Sender | null; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [name, setName] = useState(sender?.name ?? "");
  const [address, setAddress] = useState(sender?.address ?? channel.address);
  const [signature, setSignature] = useState(() => plainText(sender?.signature_html ?? ""));
  const [first, setFirst] = useState(sender?.is_default ?? false);
  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), address: address.trim(), signature_html: escapeText(signature), is_default: first };
      return sender ? changeSender(channel.id, sender.id, body) : createSender(channel.id, body);
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.settings("senders", channel.id) });
      onClose();
    },
  });
  return (
    <RecordDialog size="m" title={t(sender ? "senders.edit" : "senders.new")} busy={save.isPending} error={save.error} fields={["name", "address", "signature_html"]} ready={address.includes("@")} onSubmit={() => save.mutate()} onClose={onClose}>
      <TextField label={t("senders.name")} hint={t("senders.name_hint")} value={name} maxLength={120} onChange={(event) => setName(event.target.value)} error={fieldError(save.error, "name")} />
      <TextField label={t("field.email")} type="email" value={address} onChange={(event) => setAddress(event.target.value)} error={fieldError(save.error, "address")} />
      <TextArea label={t("profile.signature")} hint={t("senders.signature_hint")} rows={4} value={signature} onChange={(event) => setSignature(event.target.value)} error={fieldError(save.error, "signature_html")} />
      <CheckField as="switch" label={t("senders.default")} checked={first} onChange={(event) => setFirst(event.target.checked)} />
    </RecordDialog>
  );
}

/** The names and addresses under which a mailbox writes. */
export function Senders({ channel }: { channel: Channel }) {
  const t = useT();
  const client = useQueryClient();
  const query = useSenders(channel.id);
  const [open, setOpen] = useState<Sender | "new" | null>(null);
  const drop = useMutation({
    mutationFn: (id: string) => removeSender(channel.id, id),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.settings("senders", channel.id) }),
    onError: (error) => toast({ tone: "red", text: explain(error) }),
  });
  const add = (
    <Button icon={<Plus />} onClick={() => setOpen("new")}>
      {t("senders.new")}
    </Button>
  );
  const items = query.data ?? [];
  return (
    <Part title={t("senders.title")} intro={t("senders.intro")} action={add}>
      <Loading query={query}>
        {items.length > 0 && (
          <RecordList label={t("senders.title")}>
            {items.map((one) => (
              <Record
                key={one.id}
                icon={<Send />}
                title={one.name || one.address}
                marks={one.is_default && <Chip size="s">{t("senders.is_default")}</Chip>}
                meta={one.name === "" ? undefined : one.address}
                actions={<RecordActions name={one.name || one.address} onEdit={() => setOpen(one)} onRemove={() => drop.mutate(one.id)} />}
              />
            ))}
          </RecordList>
        )}
      </Loading>
      {open !== null && <SenderDialog channel={channel} sender={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </Part>
  );
}
