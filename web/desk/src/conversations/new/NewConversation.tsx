import type { Address, FileInfo } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { SelectField, TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { toast } from "@parley/ui/Toasts";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";

import { useCommands } from "@/lib/commands/useCommands";
import { useChannels, useSelf } from "@/lib/directory";
import { isBlank } from "@/lib/html";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { nameSender, useSenders } from "@/lib/senders";

import { startConversation } from "../api";
import { AddressField } from "../composer/AddressField";
import { Editor, type EditorHandle } from "../composer/Editor";
import { Files } from "../composer/Files";
import { Tools } from "../composer/Tools";
import { useUploads } from "../composer/useUploads";
import styles from "./NewConversation.module.css";

/** Writes to somebody first, by e-mail. */
export function NewConversation({ onClose }: { onClose: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const { agent } = useSelf();
  const { items, ready: loaded } = useChannels();
  const channels = items.filter((channel) => channel.kind === "email" && channel.state !== "paused");
  const [channelId, setChannelId] = useState<string | null>(null);
  const [senderId, setSenderId] = useState<string | null>(null);
  const [to, setTo] = useState<Address[]>([]);
  const [cc, setCc] = useState<Address[]>([]);
  const [bcc, setBcc] = useState<Address[]>([]);
  const [copies, setCopies] = useState(false);
  const [subject, setSubject] = useState("");
  const [html, setHtml] = useState("");
  const [files, setFiles] = useState<FileInfo[]>([]);
  const [tools, setTools] = useState<EditorHandle["editor"]>(null);
  const key = useRef(crypto.randomUUID());
  const uploads = useUploads((file) => setFiles((old) => [...old, file]));
  const channel = channels.find((one) => one.id === channelId) ?? channels[0];
  const { data: senders = [] } = useSenders(channel?.id ?? null);
  const ready = channel !== undefined && to.length > 0 && subject.trim() !== "" && !isBlank(html) && uploads.running.length === 0;
  const send = useMutation({
    mutationFn: () => startConversation({ channel_id: channel?.id ?? "", to, cc, bcc, subject: subject.trim(), html, file_ids: files.map((file) => file.id), assignee_id: agent.id, ...(senderId !== null && { sender_id: senderId }) }, key.current),
    onSuccess: (made) => {
      onClose();
      toast({ text: t("new.done") });
      void navigate({ to: "/conversations/$id", params: { id: made.conversation.id } });
    },
  });
  const submit = () => {
    if (ready && !send.isPending) send.mutate();
  };
  useCommands({ send: submit });
  return (
    <Dialog
      open
      onClose={onClose}
      size="l"
      title={t("cmd.new")}
      closeLabel={t("action.close_dialog")}
      footer={
        <>
          <div className={styles.tools}>
            <Tools editor={tools} onFiles={uploads.add} />
          </div>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone="primary" busy={send.isPending} disabled={!ready} onClick={submit}>
            {t("action.send")}
          </Button>
        </>
      }
    >
      {loaded && channels.length === 0 ? (
        <Notice title={t("new.no_channel")} action={<Link to="/settings/channels" onClick={onClose}>{t("empty.connect")}</Link>}>
          {t("new.no_channel_text")}
        </Notice>
      ) : (
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
          {senders.length > 1 && (
            <SelectField label={t("senders.as")} value={senderId ?? senders.find((one) => one.is_default)?.id ?? ""} onChange={(event) => setSenderId(event.target.value)}>
              {senders.map((one) => (
                <option key={one.id} value={one.id}>
                  {nameSender(one)}
                </option>
              ))}
            </SelectField>
          )}
          <AddressField label={t("mail.to")} value={to} onChange={setTo} boxed first />
          {copies ? (
            <>
              <AddressField label={t("mail.cc")} value={cc} onChange={setCc} boxed />
              <AddressField label={t("mail.bcc")} value={bcc} onChange={setBcc} boxed />
            </>
          ) : (
            <button type="button" className={styles.copies} onClick={() => setCopies(true)}>
              {t("composer.copies")}
            </button>
          )}
          <TextField label={t("field.subject")} value={subject} maxLength={300} onChange={(event) => setSubject(event.target.value)} error={fieldError(send.error, "subject")} />
          <div className={styles.field}>
            <Editor
              ref={(handle) => {
                if (handle?.editor !== undefined && handle.editor !== tools) setTools(handle.editor);
              }}
              kind="message"
              html=""
              label={t("composer.label")}
              placeholder={t("new.hint")}
              onChange={setHtml}
              onFiles={uploads.add}
            />
            <Files files={files} running={uploads.running} onRemove={(file) => setFiles((old) => old.filter((one) => one !== file))} onCancel={uploads.cancel} onRetry={uploads.retry} />
          </div>
        </div>
      )}
    </Dialog>
  );
}
