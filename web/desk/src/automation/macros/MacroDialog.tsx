import type { FormAct, Id, Macro } from "@parley/client/types";
import { SelectField, TextField } from "@parley/ui/Field";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { Files } from "@/conversations/composer/Files";
import { useUploads } from "@/conversations/composer/useUploads";
import { useMay, useSelf, useTeams } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { RecordDialog } from "@/lib/settings/RecordDialog";

import { ActsEditor } from "../acts/ActsEditor";
import { changeMacro, createMacro, getMacro, type MacroBody } from "./api";
import styles from "./Macros.module.css";
import { Preview } from "./Preview";
import { shareOf, toBody, type Form } from "./form";
import { TextsEditor } from "./TextsEditor";

/** Makes or changes a macro; what is there is read first. */
export function MacroDialog({ id, onClose }: { id: Id | null; onClose: () => void }) {
  const { data } = useQuery({ queryKey: keys.settings("macros", "one", id ?? "new"), queryFn: () => getMacro(id ?? ""), enabled: id !== null, gcTime: 0, staleTime: Infinity });
  if (id !== null && !data) return null;
  return <MacroForm macro={data ?? null} onClose={onClose} />;
}

function MacroForm({ macro, onClose }: { macro: Macro | null; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const { workspace } = useSelf();
  const manages = useMay("automation:write");
  const { items: teams } = useTeams();
  const [form, setForm] = useState<Form>(() => ({
    name: macro?.name ?? "", folder: macro?.folder ?? "", shortcut: macro?.shortcut ?? "", intents: macro?.intents.join(", ") ?? "", share: shareOf(macro, manages),
    texts: macro?.texts ?? { [workspace.language]: "" }, acts: macro?.acts ?? [], files: macro?.attachments ?? [],
  }));
  const [language, setLanguage] = useState(workspace.language in form.texts ? workspace.language : (Object.keys(form.texts)[0] ?? workspace.language));
  const change = (part: Partial<Form>) => setForm((old) => ({ ...old, ...part }));
  const uploads = useUploads((file) => setForm((old) => ({ ...old, files: [...old.files, file] })));
  useEffect(() => uploads.setDone((file) => setForm((old) => ({ ...old, files: [...old.files, file] }))));
  const save = useMutation({
    mutationFn: (body: MacroBody) => (macro ? changeMacro(macro.id, { ...body, version: macro.version }) : createMacro(body)),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.settings("macros") }),
  });
  const textErrors = Object.fromEntries(Object.keys(form.texts).map((one) => [one, fieldError(save.error, `texts.${one}`)]));
  const actFields = form.acts.flatMap((act, i) => [`acts.${String(i)}`, ...Object.keys(act).map((name) => `acts.${String(i)}.${name}`)]);
  return (
    <RecordDialog
      size="l"
      title={t(macro ? "macros.edit" : "macros.new")}
      busy={save.isPending}
      error={save.error}
      fields={["name", "folder", "shortcut", ...Object.keys(form.texts).map((one) => `texts.${one}`), ...actFields]}
      ready={form.name.trim() !== "" && uploads.running.length === 0}
      onClose={onClose}
      onSubmit={() => save.mutate(toBody(form), { onSuccess: onClose })}
    >
      <div className={styles.pair}>
        <TextField label={t("field.name")} value={form.name} maxLength={120} onChange={(event) => change({ name: event.target.value })} error={fieldError(save.error, "name")} />
        <TextField label={t("macros.folder")} value={form.folder} maxLength={120} onChange={(event) => change({ folder: event.target.value })} error={fieldError(save.error, "folder")} />
        <TextField label={t("macros.shortcut")} hint={t("macros.shortcut_hint")} value={form.shortcut} maxLength={30} onChange={(event) => change({ shortcut: event.target.value })} error={fieldError(save.error, "shortcut")} />
        <SelectField label={t("macros.share")} value={form.share} onChange={(event) => change({ share: event.target.value })}>
          <option value="mine">{t("macros.share_mine")}</option>
          {manages && <option value="all">{t("macros.share_all")}</option>}
          {manages &&
            teams.map((team) => (
              <option key={team.id} value={team.id}>
                {team.name}
              </option>
            ))}
        </SelectField>
      </div>
      <TextsEditor texts={form.texts} language={language} errors={textErrors} files={form.files} onLanguage={setLanguage} onChange={(texts) => change({ texts })} onFiles={uploads.add} />
      <Files files={form.files} html={Object.values(form.texts).join("")} running={uploads.running} onRemove={(file) => change({ files: form.files.filter((one) => one !== file) })} onCancel={uploads.cancel} onRetry={uploads.retry} />
      <Preview language={language} text={form.texts[language] ?? ""} />
      <section className={styles.part}>
        <h3>{t("acts.title")}</h3>
        <ActsEditor inMacros acts={form.acts} onChange={(acts: FormAct[]) => change({ acts })} error={(place) => fieldError(save.error, place)} />
      </section>
      <TextField label={t("macros.intents")} hint={t("macros.intents_hint")} value={form.intents} onChange={(event) => change({ intents: event.target.value })} />
    </RecordDialog>
  );
}
