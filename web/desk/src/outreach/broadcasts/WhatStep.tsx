import { Button } from "@parley/ui/Button";
import { SelectField, TextField } from "@parley/ui/Field";
import { IconButton } from "@parley/ui/IconButton";
import { Picker } from "@parley/ui/Picker";
import { Braces, Languages, X } from "lucide-react";
import { useRef, useState } from "react";

import { errorAt, errorWithin } from "@/automation/rules/form";
import { Editor, type EditorHandle } from "@/conversations/composer/Editor";
import { useChannels, useTags } from "@/lib/directory";
import { formatLanguage } from "@/lib/format/text";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { offerLanguages } from "@/lib/languages";

import styles from "./Broadcasts.module.css";
import { dropLanguage, putWords, wordsOf, type Form } from "./form";

type WhatStepProps = { form: Form; error: unknown; variables: readonly string[]; onChange: (part: Partial<Form>) => void };

function LanguageTabs({ form, error, language, onLanguage, onChange }: Omit<WhatStepProps, "variables"> & { language: string; onLanguage: (language: string) => void }) {
  const t = useT();
  const known = Object.keys(form.texts.languages ?? {});
  const drop = () => {
    const texts = dropLanguage(form.texts, language);
    onChange({ texts });
    onLanguage(Object.keys(texts.languages ?? {})[0] ?? language);
  };
  return (
    <div className={styles.steps} role="group" aria-label={t("macros.languages")}>
      {known.map((one) => (
        <button key={one} type="button" className={styles.step} aria-pressed={one === language} aria-current={one === language ? "step" : undefined} onClick={() => onLanguage(one)}>
          <span className={errorWithin(error, `texts.languages.${one}`) === undefined ? "" : styles.error}>{formatLanguage(one)}</span>
        </button>
      ))}
      <Picker
        trigger={<IconButton size="s" label={t("macros.add_language")} icon={<Languages />} />}
        label={t("macros.add_language")}
        placeholder={t("macros.add_language")}
        empty=""
        choices={offerLanguages([]).filter((one) => !known.includes(one)).map((one) => ({ id: one, text: formatLanguage(one) }))}
        chosen={[]}
        onChoose={(one) => {
          onChange({ texts: { ...form.texts, languages: { ...form.texts.languages, [one]: {} } } });
          onLanguage(one);
        }}
      />
      {known.length > 1 && <IconButton size="s" label={t("macros.drop_language", { language: formatLanguage(language) })} icon={<X />} onClick={drop} />}
    </div>
  );
}

/** What they are told: a language at a time, other words for a channel where it needs them. */
export function WhatStep({ form, error, variables, onChange }: WhatStepProps) {
  const t = useT();
  const tags = useTags();
  const channels = useChannels();
  const editor = useRef<EditorHandle>(null);
  const known = Object.keys(form.texts.languages ?? {});
  const [language, setLanguage] = useState(known.find((one) => one === form.texts.fallback) ?? known[0] ?? "en");
  const [channel, setChannel] = useState("");
  // Another language or channel is another field; what is typed does not make it anew.
  const field = `${language} ${channel}`;
  const words = wordsOf(form.texts, language, channel);
  const [begun, setBegun] = useState({ field, html: words.html ?? "" });
  if (begun.field !== field) setBegun({ field, html: words.html ?? "" });
  const put = (part: { html?: string; subject?: string }) => onChange({ texts: putWords(form.texts, language, channel, part) });
  const kinds = [...new Set(channels.items.map((one) => one.kind))];
  const wrong = errorWithin(error, `texts.languages.${language}`);
  return (
    <>
      <section className={styles.part} aria-label={t("broadcast.step_what")}>
        <LanguageTabs form={form} error={error} language={language} onLanguage={setLanguage} onChange={onChange} />
        <div className={styles.pair}>
          <SelectField label={t("broadcast.for_channel")} value={channel} onChange={(event) => setChannel(event.target.value)}>
            <option value="">{t("broadcast.every_channel")}</option>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {tName("channel", kind)}
              </option>
            ))}
          </SelectField>
          {(channel === "" || channel === "email") && (
            <TextField label={t("broadcast.subject")} hint={t("broadcast.subject_hint")} maxLength={200} value={words.subject ?? ""} onChange={(event) => put({ subject: event.target.value })} />
          )}
        </div>
        <div className={styles.field}>
          <Editor
            key={begun.field}
            ref={editor}
            kind="message"
            html={begun.html}
            label={t("macros.text", { language: formatLanguage(language) })}
            placeholder={t(channel === "" ? "macros.text_hint" : "broadcast.variant_hint")}
            onChange={(html) => put({ html })}
            onFiles={() => undefined}
          />
          <div className={styles.tools}>
            <Picker
              trigger={
                <Button size="s" icon={<Braces />}>
                  {t("macros.variable")}
                </Button>
              }
              label={t("macros.variable")}
              placeholder={t("macros.variable")}
              empty={t("macros.none")}
              choices={variables.map((one) => ({ id: one, text: `${tName("variable", one)} ${one}`, show: tName("variable", one), end: one }))}
              chosen={[]}
              onChoose={(name) => editor.current?.editor?.chain().focus().insertContent({ type: "text", text: `{{ ${name} }}` }).run()}
            />
          </div>
        </div>
        {wrong !== undefined && (
          <p className={styles.error} role="alert">
            {wrong}
          </p>
        )}
      </section>
      <section className={styles.part}>
        <div className={styles.pair}>
          <SelectField label={t("broadcast.fallback")} hint={t("broadcast.fallback_hint")} value={form.texts.fallback ?? ""} error={errorAt(error, "texts.fallback")} onChange={(event) => onChange({ texts: { ...form.texts, fallback: event.target.value } })}>
            {known.map((one) => (
              <option key={one} value={one}>
                {formatLanguage(one)}
              </option>
            ))}
          </SelectField>
          <SelectField label={t("broadcast.tag")} hint={t("broadcast.tag_hint")} value={form.tagId ?? ""} onChange={(event) => onChange({ tagId: event.target.value === "" ? null : event.target.value })}>
            <option value="">{t("broadcast.no_tag")}</option>
            {tags.items.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </SelectField>
          <TextField label={t("broadcast.pace")} type="number" min={1} max={600} value={String(form.perMinute)} error={errorAt(error, "per_minute")} onChange={(event) => onChange({ perMinute: Math.min(600, Math.max(1, Math.round(Number(event.target.value) || 1))) })} />
        </div>
      </section>
    </>
  );
}
