import { Button } from "@parley/ui/Button";
import { IconButton } from "@parley/ui/IconButton";
import { IndentDecrease, Plus, X } from "lucide-react";
import { useId } from "react";

import type { Sources } from "@/lib/acts/useSources";
import type { FieldWord } from "@/lib/acts/useVocabulary";
import { T, useT } from "@/lib/i18n/useT";

import styles from "./Editor.module.css";
import { FieldPicker } from "./FieldPicker";
import { errorAt, errorWithin } from "./form";
import { TestRow } from "./TestRow";
import { dissolve, indent, isGroup, makeGroup, makeTest, movePart, placeOf, replacePart, type Group, type Part } from "./tree";

/** So deep groups may lie in one another. */
const DEEPEST = 8;

type GroupEditorProps = {
  group: Group;
  place: string;
  depth?: number;
  fields: readonly FieldWord[];
  sources: Sources;
  error: unknown;
  onChange: (group: Group) => void;
  onRemove?: () => void;
  onDissolve?: () => void;
};

/** Tests of which all, any or none hold; groups can lie in it. */
export function GroupEditor({ group, place, depth = 1, fields, sources, error, onChange, onRemove, onDissolve }: GroupEditorProps) {
  const t = useT();
  const id = useId();
  const put = (old: Part, next: Part | null) => onChange(replacePart(group, old.id, next));
  const add = (part: Part) => onChange({ ...group, parts: [...group.parts, part] });
  const own = errorAt(error, place, `${place}.${group.kind}`, `${place}.not`, `${place}.not.any`);
  const kind = (
    <select key="kind" id={id} className={styles.kind} value={group.kind} aria-label={t("rule_edit.kind")} onChange={(event) => onChange({ ...group, kind: event.target.value as Group["kind"] })}>
      <option value="all">{t("rule_edit.all")}</option>
      <option value="any">{t("rule_edit.any")}</option>
      <option value="none">{t("rule_edit.none")}</option>
    </select>
  );
  return (
    <div className={styles.group} data-depth={depth} role="group" aria-labelledby={id}>
      <div className={styles.groupHead}>
        {group.parts.length === 0 && depth === 1 ? <span>{t("rule_edit.always")}</span> : <span className={styles.sentence}><T k="rule_edit.of_these" kind={kind} /></span>}
        {onDissolve && <IconButton size="s" label={t("rule_edit.dissolve")} icon={<IndentDecrease />} onClick={onDissolve} />}
        {onRemove && <IconButton size="s" label={t("rule_edit.remove_group")} icon={<X />} onClick={onRemove} />}
      </div>
      {own !== undefined && (
        <p className={styles.wrong} role="alert">
          {own}
        </p>
      )}
      {group.parts.length > 0 && (
        <ul className={styles.parts}>
          {group.parts.map((part, at) => {
            const there = placeOf(group, place, at);
            if (isGroup(part)) {
              return (
                <li key={part.id}>
                  <GroupEditor group={part} place={there} depth={depth + 1} fields={fields} sources={sources} error={error} onChange={(next) => put(part, next)} onRemove={() => put(part, null)} onDissolve={() => onChange(dissolve(group, part.id))} />
                </li>
              );
            }
            return (
              <TestRow
                key={part.id}
                test={part}
                fields={fields}
                sources={sources}
                error={errorWithin(error, there)}
                onChange={(next) => put(part, next)}
                onRemove={() => put(part, null)}
                onIndent={depth < DEEPEST - 1 ? () => onChange(indent(group, part.id)) : undefined}
                onMove={(by) => onChange(movePart(group, at, at + by))}
                first={at === 0}
                last={at === group.parts.length - 1}
              />
            );
          })}
        </ul>
      )}
      <div className={styles.adds}>
        <FieldPicker
          fields={fields}
          onChoose={(word) => add(makeTest(word))}
          trigger={
            <Button size="s" icon={<Plus />}>
              {t("rule_edit.add_test")}
            </Button>
          }
        />
        {depth < DEEPEST - 1 && (
          <Button size="s" tone="quiet" icon={<Plus />} onClick={() => add(makeGroup(group.kind === "any" ? "all" : "any", []))}>
            {t("rule_edit.add_group")}
          </Button>
        )}
      </div>
    </div>
  );
}
