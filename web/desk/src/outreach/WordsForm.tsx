import { Button } from "@parley/ui/Button";
import { TextArea, TextField } from "@parley/ui/Field";
import { useState, type SubmitEvent } from "react";

import { useT } from "@/lib/i18n/useT";

import type { OrderText, Words } from "./api";
import styles from "./OrderMessages.module.css";

type WordsFormProps = { text: OrderText; variables: readonly string[]; /** Null: ours again. */ onChange: (words: Words | null) => void };

/** The words of one message in one language: ours to begin with, then the workspace's own. */
export function WordsForm({ text: { words, own }, variables, onChange }: WordsFormProps) {
  const t = useT();
  const [subject, setSubject] = useState(own.subject === "" ? words.subject : own.subject);
  const [body, setBody] = useState(own.body === "" ? words.body : own.body);
  const changed = own.subject !== "" || own.body !== "";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    // What is as ours stays ours, and so changes with it.
    const given = { subject: subject.trim() === words.subject ? "" : subject.trim(), body: body.trim() === words.body ? "" : body.trim() };
    onChange(given.subject === "" && given.body === "" ? null : given);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextField label={t("ordermsg.subject")} dir="auto" maxLength={200} value={subject} onChange={(event) => setSubject(event.target.value)} />
      <TextArea label={t("ordermsg.body")} hint={t("ordermsg.body_hint", { variables: variables.map((one) => `{${one}}`).join(" ") })} dir="auto" rows={5} maxLength={4000} value={body} onChange={(event) => setBody(event.target.value)} />
      <div className={styles.acts}>
        <Button type="submit" tone="primary">
          {t("action.save")}
        </Button>
        {changed && <Button onClick={() => onChange(null)}>{t("ordermsg.ours")}</Button>}
      </div>
    </form>
  );
}
