import type { Session, Workspace } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { CheckField, SelectField, TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent, type ReactNode } from "react";

import { useSelf } from "@/lib/directory";
import { LOCALES } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Page } from "@/lib/settings/Page";
import { ZoneField } from "@/lib/settings/ZoneField";

import { changeWorkspace } from "./api";

const UNDO = [0, 5, 10, 20, 30];

/** What holds for the whole workspace. */
export function WorkspacePage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const { workspace } = useSelf();
  const [form, setForm] = useState<Workspace>(workspace);
  const set = (part: Partial<Workspace>) => setForm((old) => ({ ...old, ...part }));
  const save = useMutation({
    mutationFn: () => {
      const { name, language, time_zone, undo_seconds, mask_cards, require_totp } = form;
      return changeWorkspace({ name, language, time_zone, undo_seconds, mask_cards, require_totp });
    },
    onSuccess: (fresh) => {
      client.setQueryData<Session>(keys.session, (old) => old && { ...old, workspace: fresh });
      toast({ text: t("settings.saved") });
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Page title={t("settings.workspace")} intro={t("workspace.intro")}>
      <form className="stack" onSubmit={submit}>
        {save.error && <Notice tone="red">{explain(save.error)}</Notice>}
        <TextField label={t("field.name")} value={form.name} maxLength={80} required onChange={(event) => set({ name: event.target.value })} error={fieldError(save.error, "name")} />
        <SelectField label={t("workspace.language")} hint={t("workspace.language_hint")} value={form.language} onChange={(event) => set({ language: event.target.value })}>
          {Object.entries(LOCALES).map(([tag, name]) => (
            <option key={tag} value={tag}>
              {name}
            </option>
          ))}
        </SelectField>
        <ZoneField value={form.time_zone} onChange={(time_zone) => set({ time_zone })} error={fieldError(save.error, "time_zone")} />
        <SelectField label={t("workspace.undo")} hint={t("workspace.undo_hint")} value={String(form.undo_seconds)} onChange={(event) => set({ undo_seconds: Number(event.target.value) })}>
          {[...new Set([...UNDO, form.undo_seconds])].sort((a, b) => a - b).map((n) => (
            <option key={n} value={n}>
              {t("workspace.undo_seconds", { n })}
            </option>
          ))}
        </SelectField>
        <CheckField as="switch" label={t("workspace.mask")} hint={t("workspace.mask_hint")} checked={form.mask_cards} onChange={(event) => set({ mask_cards: event.target.checked })} />
        <CheckField as="switch" label={t("workspace.totp")} hint={t("workspace.totp_hint")} checked={form.require_totp} onChange={(event) => set({ require_totp: event.target.checked })} />
        <div>
          <Button type="submit" tone="primary" busy={save.isPending}>
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Page>
  );
}
