import type { FormAct } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { CheckField, TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";

import { useSources } from "@/lib/acts/useSources";
import type { Words } from "@/lib/acts/useVocabulary";
import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { ActsEditor } from "../acts/ActsEditor";
import editor from "../rules/Editor.module.css";
import { errorAt } from "../rules/form";
import { GroupEditor } from "../rules/GroupEditor";
import { isComplete } from "../rules/tree";
import { useGuard } from "../rules/useGuard";
import type { Occasion, Sla } from "./api";
import { SlaNumbers, SlaVersions } from "./Beside";
import { Counting, Warnings } from "./Counting";
import { promisesAny, writeForm } from "./form";
import { Goals } from "./Goals";
import { saySla } from "./saySla";
import styles from "./Slas.module.css";
import { useSlaForm } from "./useSlaForm";
import { useSlaNumbers } from "./useSlas";

/** What the condition of an SLA may test: what is known of a conversation at any time. */
const SECTIONS = new Set(["conversation", "customer", "order"]);

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={editor.step} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** An SLA as sentences: for which conversations, what is promised, how it is counted, and what happens when it is not kept. */
export function SlaEditor({ sla, words }: { sla: Sla | null; words: Words }) {
  const t = useT();
  const navigate = useNavigate();
  const sources = useSources();
  const mayWrite = useMay("automation:write");
  const numbers = useSlaNumbers();
  const { form, change, dirty, save, turn, restore } = useSlaForm(sla);
  const guard = useGuard(dirty && mayWrite);
  const open = (saved: Sla) => {
    if (sla) return;
    guard.pass();
    void navigate({ to: "/settings/slas/$id", params: { id: saved.id }, replace: true });
  };
  const fields = [...words.fields.values()].filter((one) => SECTIONS.has(one.name.split(".")[0] ?? ""));
  const complete = isComplete(form.condition, words.fields) && promisesAny(form) && form.name.trim() !== "";
  const acts = (occasion: Occasion) => (
    <ActsEditor
      acts={form.acts[occasion]}
      place={`escalate.${occasion}`}
      error={(place) => errorAt(save.error, place)}
      onChange={(list: FormAct[]) => change({ acts: { ...form.acts, [occasion]: list } })}
    />
  );
  return (
    <div className={editor.page}>
      <header className={editor.head}>
        <Link to="/settings/slas" className={editor.back}>
          <ChevronLeft className="mirrored" /> {t("settings.slas")}
        </Link>
        <div className={editor.bar}>
          <TextField
            label={t("field.name")}
            hideLabel
            placeholder={t("sla_edit.name")}
            maxLength={120}
            className={editor.name}
            fieldClass={editor.nameField ?? ""}
            value={form.name}
            disabled={!mayWrite}
            error={errorAt(save.error, "name")}
            onChange={(event) => change({ name: event.target.value })}
          />
          {sla && <CheckField as="switch" label={t(sla.enabled ? "sla_edit.on" : "slas.off")} checked={sla.enabled} disabled={!mayWrite || turn.isPending} onChange={(event) => turn.mutate(event.target.checked)} />}
          {mayWrite && (
            <Button tone="primary" busy={save.isPending} disabled={!dirty || !complete} onClick={() => save.mutate(undefined, { onSuccess: open })}>
              {t("action.save")}
            </Button>
          )}
        </div>
        {save.error !== null && <Notice tone="red">{explain(save.error)}</Notice>}
      </header>
      <div className={editor.columns}>
        <fieldset className={editor.rule} disabled={!mayWrite} aria-label={t("sla_edit.sla")}>
          <Step title={t("sla_edit.for")}>
            <GroupEditor group={form.condition} place="if" fields={fields} sources={sources} error={save.error} onChange={(condition) => change({ condition })} />
          </Step>
          <Step title={t("sla_edit.promise")}>
            <Goals form={form} error={save.error} onChange={(goals) => change({ goals })} />
            {!promisesAny(form) && <p className={styles.wrong}>{t("sla_edit.nothing")}</p>}
          </Step>
          <Step title={t("sla_edit.counting")}>
            <Counting form={form} sources={sources} error={save.error} onChange={change} />
          </Step>
          <Step title={t("sla_edit.warn")}>
            <Warnings form={form} error={save.error} onChange={change} />
            {form.warnings.length > 0 && acts("warned")}
          </Step>
          <Step title={t("sla_edit.broken")}>{acts("broken")}</Step>
        </fieldset>
        <aside className={editor.aside} aria-label={t("sla_edit.beside")}>
          <section className={editor.box}>
            <h3>{t("sla_edit.says")}</h3>
            <p>{saySla(writeForm(form), words, sources)}</p>
          </section>
          {sla && (
            <section className={editor.box}>
              <h3>{t("sla_edit.numbers")}</h3>
              <SlaNumbers items={numbers(sla.id)} />
            </section>
          )}
          {sla && <SlaVersions sla={sla} words={words} sources={sources} disabled={!mayWrite || dirty || restore.isPending} onRestore={(name, body) => restore.mutate({ name, sla: body })} />}
        </aside>
      </div>
      {guard.dialog}
    </div>
  );
}
