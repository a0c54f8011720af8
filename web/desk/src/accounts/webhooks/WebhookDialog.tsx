import type { Webhook } from "@parley/client/types";
import { CheckField, TextField } from "@parley/ui/Field";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { RecordDialog } from "@/lib/settings/RecordDialog";

import { changeWebhook, createWebhook } from "../api";
import styles from "../TokensPage.module.css";

/** The facts that other systems mostly ask for; an empty choice means all. */
const KINDS = [
  "ConversationOpened", "ConversationAssigned", "ConversationClosed", "ConversationReopened", "ConversationSnoozed", "ConversationTagged", "ConversationUntagged", "ConversationEdited",
  "ConversationRated", "MessageReceived", "MessagePosted", "MessageDelivered", "MessageFailed", "NoteAdded", "CustomerCreated", "CustomerChanged",
];

/** Address and kinds of facts of a webhook. */
export function WebhookDialog({ webhook, onClose, onSaved }: { webhook: Webhook | null; onClose: () => void; onSaved: (saved: Webhook) => void }) {
  const t = useT();
  const [url, setUrl] = useState(webhook?.url ?? "https://");
  const [kinds, setKinds] = useState<string[]>(webhook?.kinds ?? []);
  const save = useMutation({ mutationFn: () => (webhook ? changeWebhook(webhook.id, { url: url.trim(), kinds }) : createWebhook({ url: url.trim(), kinds })), onSuccess: onSaved });
  const shown = [...new Set([...KINDS, ...kinds])];
  return (
    <RecordDialog size="m" title={t(webhook ? "webhooks.edit" : "webhooks.new")} busy={save.isPending} error={save.error} ready={/^https?:\/\/.+/.test(url.trim())} onClose={onClose} onSubmit={() => save.mutate()}>
      <TextField label={t("webhooks.url")} type="url" value={url} onChange={(event) => setUrl(event.target.value)} error={fieldError(save.error, "url")} />
      <fieldset>
        <legend>{t("webhooks.kinds")}</legend>
        <p>{t("webhooks.kinds_hint")}</p>
        <div className={styles.scopes}>
          {shown.map((kind) => (
            <CheckField key={kind} label={<code>{kind}</code>} checked={kinds.includes(kind)} onChange={(event) => setKinds((old) => (event.target.checked ? [...old, kind] : old.filter((one) => one !== kind)))} />
          ))}
        </div>
      </fieldset>
    </RecordDialog>
  );
}
