import { Button } from "@parley/ui/Button";
import { CheckField, TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronLeft, FlaskConical } from "lucide-react";
import { useState } from "react";

import { useSources } from "@/lib/acts/useSources";
import type { FieldWord, Words } from "@/lib/acts/useVocabulary";
import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { ActsEditor } from "../acts/ActsEditor";
import { RehearseDialog } from "../rehearsals/RehearseDialog";
import type { RuleDetail } from "./api";
import { CountLine } from "./CountLine";
import { Doubts } from "./Doubts";
import styles from "./Editor.module.css";
import { areComplete, errorAt, writeForm } from "./form";
import { GroupEditor } from "./GroupEditor";
import { isComplete } from "./tree";
import { TryPart } from "./TryPart";
import { useGuard } from "./useGuard";
import { useRuleForm } from "./useRuleForm";
import { Versions } from "./Versions";
import { WhenPart } from "./WhenPart";

/** A rule as sentences: when, if, then; beside it what it would do. */
export function RuleEditor({ rule, words }: { rule: RuleDetail | null; words: Words }) {
  const t = useT();
  const navigate = useNavigate();
  const sources = useSources();
  const mayWrite = useMay("automation:write");
  const [rehearsing, setRehearsing] = useState(false);
  const { form, change, dirty, save, turn, restore, outdated, reload } = useRuleForm(rule);
  const guard = useGuard(dirty && mayWrite);
  const keep = () =>
    save.mutate(undefined, {
      onSuccess: (made) => {
        if (rule) return;
        guard.pass();
        void navigate({ to: "/settings/rules/$id", params: { id: made.id }, replace: true });
      },
    });
  const names = words.events.find((one) => one.name === form.when)?.fields ?? [];
  const fields = names.map((name) => words.fields.get(name)).filter((one): one is FieldWord => one !== undefined);
  const body = writeForm(form);
  const known = new Map(fields.map((one) => [one.name, one]));
  const tested = isComplete(form.condition, known);
  const complete = tested && form.acts.length > 0 && areComplete(form.acts, words.acts);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <Link to="/settings/rules" className={styles.back}>
          <ChevronLeft className="mirrored" /> {t("settings.rules")}
        </Link>
        <div className={styles.bar}>
          <TextField
            label={t("field.name")}
            hideLabel
            placeholder={t("rule_edit.name")}
            maxLength={120}
            className={styles.name}
            fieldClass={styles.nameField ?? ""}
            value={form.name}
            disabled={!mayWrite}
            error={errorAt(save.error, "name")}
            onChange={(event) => change({ name: event.target.value })}
          />
          {rule && <CheckField as="switch" label={t(rule.enabled ? "rule_edit.on" : "rule_edit.off")} checked={rule.enabled} disabled={!mayWrite} onChange={(event) => turn.mutate(event.target.checked)} />}
          {mayWrite && (
            <>
              <Button icon={<FlaskConical />} disabled={!complete} onClick={() => setRehearsing(true)}>
                {t("rule_edit.rehearse")}
              </Button>
              <Button tone="primary" busy={save.isPending} disabled={!dirty || form.name.trim() === ""} onClick={keep}>
                {t("action.save")}
              </Button>
            </>
          )}
        </div>
        {rule?.fault && <Notice tone="red">{t("rules.fault", { text: rule.fault })}</Notice>}
        {save.error !== null && (
          <Notice tone="red" action={outdated && rule && <Button onClick={() => void reload(rule.id).then(() => save.reset())}>{t("rule_edit.load_theirs")}</Button>}>
            {explain(save.error)}
          </Notice>
        )}
      </header>
      <div className={styles.columns}>
        <fieldset className={styles.rule} disabled={!mayWrite} aria-label={t("rule_edit.rule")}>
          <section className={styles.step} aria-label={t("rule_edit.when")}>
            <h2 className="sr-only">{t("rule_edit.when")}</h2>
            <WhenPart form={form} words={words} sources={sources} error={save.error} onChange={change} />
          </section>
          <section className={styles.step} aria-label={t("rule_edit.if")}>
            <h2>{t("rule_edit.if")}</h2>
            <GroupEditor group={form.condition} place="if" fields={fields} sources={sources} error={save.error} onChange={(condition) => change({ condition })} />
            <CountLine event={form.when} condition={body.if ?? { all: [] }} complete={tested} />
          </section>
          <section className={styles.step} aria-label={t("rule_edit.then")}>
            <h2>{t("rule_edit.then")}</h2>
            {errorAt(save.error, "then") !== undefined && (
              <p className={styles.wrong} role="alert">
                {t("rule_edit.no_acts")}
              </p>
            )}
            <ActsEditor acts={form.acts} place="then" error={(place) => errorAt(save.error, place)} onChange={(acts) => change({ acts })} />
            <CheckField label={t("rule_edit.stop")} hint={t("rule_edit.stop_hint")} checked={form.stop} onChange={(event) => change({ stop: event.target.checked })} />
          </section>
        </fieldset>
        <aside className={styles.aside} aria-label={t("rule_edit.beside")}>
          <Doubts rule={body} id={rule?.id ?? null} name={form.name.trim()} complete={complete} words={words} sources={sources} />
          <section className={styles.box}>
            <h3>{t("rule_try.title")}</h3>
            <TryPart rule={body} complete={complete} />
          </section>
          {rule && <Versions versions={rule.versions} words={words} sources={sources} disabled={!mayWrite || dirty || restore.isPending} onRestore={(version) => restore.mutate(version)} />}
        </aside>
      </div>
      {guard.dialog}
      {rehearsing && <RehearseDialog id={rule?.id ?? null} name={form.name.trim() || t("rule_edit.name")} rule={body} onClose={() => setRehearsing(false)} />}
    </div>
  );
}
