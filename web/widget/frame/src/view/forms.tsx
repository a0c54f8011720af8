/** Asking for an address: as a card in the conversation, and as the form that leaves a message. */
import type { VNode } from "preact";
import { useId, useRef, useState } from "preact/hooks";

import { TEXT_LIMIT } from "../core/protocol";
import { t } from "../i18n";
import { Icon } from "./icons";

/** Whether an address can be one: something, an at sign, a name with a dot, no blanks. The server has the last word. */
export const isAddress = (text: string): boolean => text.length <= 254 && /^[^\s@,;<>]+@[^\s@,;<>.]+(\.[^\s@,;<>.]+)+$/.test(text);

interface FieldProps {
  label: string;
  name: string;
  error?: string | null;
  type?: "text" | "email";
  autoComplete?: string;
  initial?: string;
  lines?: boolean;
}

function Field({ label, name, error, type = "text", autoComplete, initial, lines }: FieldProps): VNode {
  const id = useId();
  const shared = {
    id,
    name,
    autoComplete: autoComplete ?? "off",
    defaultValue: initial ?? "",
    "aria-invalid": Boolean(error),
    "aria-describedby": error ? `${id}e` : undefined,
  };
  return (
    <div class={error ? "field wrong" : "field"}>
      <label for={id}>{label}</label>
      {lines ? <textarea {...shared} rows={4} maxLength={TEXT_LIMIT} /> : type === "email" ? <input {...shared} type="email" dir="ltr" /> : <input {...shared} type="text" dir="auto" />}
      {error && <p class="error" id={`${id}e`} role="alert">{error}</p>}
    </div>
  );
}

const valueOf = (form: HTMLFormElement, name: string): string =>
  (form.elements.namedItem(name) as HTMLInputElement | null)?.value.trim() ?? "";

/** Puts the keyboard into the first field that is wrong. */
function focusWrong(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}

export interface EmailCardProps {
  refused: boolean;
  onEmail: (email: string) => void;
  onCancel?: (() => void) | undefined;
}

export function EmailCard({ refused, onEmail, onCancel }: EmailCardProps): VNode {
  const form = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState(refused);
  function submit(event: Event): void {
    event.preventDefault();
    const email = form.current ? valueOf(form.current, "email") : "";
    setWrong(!isAddress(email));
    if (isAddress(email)) onEmail(email);
    else focusWrong(form.current);
  }
  return (
    <form class="card email" ref={form} noValidate onSubmit={submit}>
      <p class="lead"><Icon name="mail" /><span>{t("email_ask")}</span></p>
      <Field label={t("email")} name="email" type="email" autoComplete="email" error={wrong || refused ? t("email_wrong") : null} />
      <div class="actions">
        {onCancel && <button type="button" class="button" onClick={onCancel}>{t("cancel")}</button>}
        <button type="submit" class="button primary">{t("email_leave")}</button>
      </div>
    </form>
  );
}

export interface LeaveFormProps {
  /** What was typed before. */
  draft: string;
  onLeave: (message: string, email: string, name: string) => void;
}

export function LeaveForm({ draft, onLeave }: LeaveFormProps): VNode {
  const form = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState({ message: false, email: false });
  function submit(event: Event): void {
    event.preventDefault();
    const { current } = form;
    if (!current) return;
    const message = valueOf(current, "message");
    const email = valueOf(current, "email");
    const next = { message: !message, email: !isAddress(email) };
    setWrong(next);
    if (next.message || next.email) focusWrong(current);
    else onLeave(message, email, valueOf(current, "name"));
  }
  return (
    <form class="leave" ref={form} noValidate onSubmit={submit}>
      <h2>{t("leave")}</h2>
      <p class="soft">{t("later")}</p>
      <Field label={t("message")} name="message" lines initial={draft} error={wrong.message ? t("message_missing") : null} />
      <Field label={t("email")} name="email" type="email" autoComplete="email" error={wrong.email ? t("email_wrong") : null} />
      <Field label={t("name")} name="name" autoComplete="name" />
      <button type="submit" class="button primary wide">{t("send")}</button>
    </form>
  );
}
