import type { Webhook } from "@parley/client/types";
import { CheckField, TextField } from "@parley/ui/Field";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { RecordDialog } from "@/lib/settings/RecordDialog";

import { changeWebhook, createWebhook, listFactKinds } from "../api";
import styles from "../TokensPage.module.css";

/** Address and kinds of facts of a webhook. */
export function WebhookDialog({ webhook, onClose, onSaved }: { webhook: Webhook | null; onClose: () => void; onSaved: (saved: Webhook) => void }) {
  const t = useT();
  const [url, setUrl] = useState(webhook?.url ?? "https://");
  const [kinds, setKinds] = useState<string[]>(webhook?.kinds ?? []);
  const save = useMutation({ mutationFn: () => (webhook ? changeWebhook(webhook.id, { url: url.trim(), kinds }) : createWebhook({ url: url.trim(), kinds })), onSuccess: onSaved });
  const { data: known } = useQuery({ queryKey: keys.settings("fact-kinds"), queryFn: listFactKinds, staleTime: Infinity });
  const shown = [...new Set([...(known?.items ?? []), ...kinds])];
  return (
    <RecordDialog size="m" title={t(webhook ? "webhooks.edit" : "webhooks.new")} busy={save.isPending} error={save.error} fields={["url"]} ready={/^https?:\/\/.+/.test(url.trim())} onClose={onClose} onSubmit={() => save.mutate()}>
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
