import type { FileInfo } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { cx } from "@parley/ui/cx";
import { IconButton } from "@parley/ui/IconButton";
import { Menu, MenuItem } from "@parley/ui/Menu";
import { Picker } from "@parley/ui/Picker";
import { useQuery } from "@tanstack/react-query";
import { Braces, GitBranch, ImagePlus, Languages, Paperclip, X } from "lucide-react";
import { useRef, useState } from "react";

import { Editor, type EditorHandle } from "@/conversations/composer/Editor";
import { formatLanguage } from "@/lib/format/text";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { offerLanguages } from "@/lib/languages";
import { keys } from "@/lib/query";

import { listVariables } from "./api";
import { CONDITIONS } from "./form";
import styles from "./Macros.module.css";

type TextsEditorProps = {
  texts: Readonly<Record<string, string>>; language: string; errors: Readonly<Record<string, string | undefined>>; files: readonly FileInfo[];
  onLanguage: (language: string) => void; onChange: (texts: Record<string, string>) => void; onFiles: (files: File[]) => void;
};

function LanguageTabs({ texts, language, errors, onLanguage, onChange }: Omit<TextsEditorProps, "files" | "onFiles">) {
  const t = useT();
  const known = Object.keys(texts);
  const drop = () => {
    const rest = Object.fromEntries(known.filter((one) => one !== language).map((one) => [one, texts[one] ?? ""]));
    onChange(rest);
    onLanguage(Object.keys(rest)[0] ?? language);
  };
  return (
    <div className={styles.tabs} role="group" aria-label={t("macros.languages")}>
      {known.map((one) => (
        <button key={one} type="button" aria-pressed={one === language} className={cx(styles.tab, errors[one] !== undefined && styles.wrong)} onClick={() => onLanguage(one)}>
          {formatLanguage(one)}
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
          onChange({ ...texts, [one]: "" });
          onLanguage(one);
        }}
      />
      {known.length > 1 && <IconButton size="s" label={t("macros.drop_language", { language: formatLanguage(language) })} icon={<X />} onClick={drop} />}
    </div>
  );
}

/** The texts of a macro, one language at a time, with what can be put into them. */
export function TextsEditor(props: TextsEditorProps) {
  const { texts, language, errors, files, onChange, onFiles } = props;
  const t = useT();
  const editor = useRef<EditorHandle>(null);
  const input = useRef<HTMLInputElement>(null);
  // Another language is another field; what is typed does not make it anew.
  const [begun, setBegun] = useState({ language, html: texts[language] ?? "" });
  if (begun.language !== language) setBegun({ language, html: texts[language] ?? "" });
  const variables = useQuery({ queryKey: keys.settings("macro-variables"), queryFn: listVariables, staleTime: Infinity });
  const put = (text: string) => editor.current?.editor?.chain().focus().insertContent({ type: "text", text }).run();
  const pictures = files.filter((file) => file.type.startsWith("image/"));
  const error = errors[language];
  return (
    <div className={styles.texts}>
      <LanguageTabs {...props} />
      <div className={styles.field} data-error={error !== undefined}>
        <Editor
          key={begun.language}
          ref={editor}
          kind="message"
          html={begun.html}
          label={t("macros.text", { language: formatLanguage(language) })}
          placeholder={t("macros.text_hint")}
          onChange={(html) => onChange({ ...texts, [language]: html })}
          onFiles={onFiles}
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
            choices={(variables.data?.items ?? []).map((one) => ({ id: one.name, text: `${tName("variable", one.name)} ${one.name}`, show: tName("variable", one.name), end: one.name }))}
            chosen={[]}
            onChoose={(name) => put(`{{ ${name} }}`)}
          />
          <Menu
            trigger={
              <Button size="s" icon={<GitBranch />}>
                {t("macros.condition")}
              </Button>
            }
          >
            {CONDITIONS.map((one) => (
              <MenuItem key={one.key} onSelect={() => put(one.text)}>
                {tName("macro_if", one.key)}
              </MenuItem>
            ))}
          </Menu>
          <IconButton size="s" label={t("composer.attach")} icon={<Paperclip />} onClick={() => input.current?.click()} />
          <input ref={input} type="file" multiple hidden tabIndex={-1} aria-label={t("composer.attach")} onChange={(event) => {
            onFiles([...(event.target.files ?? [])]);
            event.target.value = "";
          }} />
          {pictures.length > 0 && (
            <Menu trigger={<IconButton size="s" label={t("macros.picture")} icon={<ImagePlus />} />}>
              {pictures.map((file) => (
                <MenuItem key={file.id} onSelect={() => editor.current?.editor?.chain().focus().insertContent({ type: "picture", attrs: { src: file.url, alt: file.name } }).run()}>
                  {file.name}
                </MenuItem>
              ))}
            </Menu>
          )}
        </div>
      </div>
      {error !== undefined && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
