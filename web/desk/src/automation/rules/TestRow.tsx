import { SelectField } from "@parley/ui/Field";
import { IconButton } from "@parley/ui/IconButton";
import { Menu, MenuItem } from "@parley/ui/Menu";
import { ArrowDown, ArrowUp, ChevronDown, Ellipsis, IndentIncrease, X } from "lucide-react";

import { sayField, sayOp, sayTest } from "@/lib/acts/sayTest";
import type { Sources } from "@/lib/acts/useSources";
import type { FieldWord } from "@/lib/acts/useVocabulary";
import { useT } from "@/lib/i18n/useT";

import styles from "./Editor.module.css";
import { FieldPicker } from "./FieldPicker";
import { withField, withOp, type Test } from "./tree";
import { ValueInput } from "./ValueInput";

type TestRowProps = {
  test: Test;
  fields: readonly FieldWord[];
  sources: Sources;
  error: string | undefined;
  onChange: (test: Test) => void;
  onRemove: () => void;
  onIndent: (() => void) | undefined;
  onMove: (by: number) => void;
  first: boolean;
  last: boolean;
};

/** One test as a piece of a sentence: what, how, and with what it is compared. */
export function TestRow({ test, fields, sources, error, onChange, onRemove, onIndent, onMove, first, last }: TestRowProps) {
  const t = useT();
  const word = fields.find((one) => one.name === test.field);
  const wants = word?.ops[test.op];
  const said = sayTest(test, word, sources);
  const wrong = word === undefined ? t("rule_edit.not_here") : error;
  // Yes or no needs no comparison.
  const ops = word && Object.keys(word.ops).length > 1 ? Object.keys(word.ops) : [];
  return (
    <li className={styles.test} data-wrong={wrong !== undefined}>
      <div className={styles.piece}>
        <FieldPicker
          fields={fields}
          chosen={test.field}
          onChoose={(next) => onChange(next.name === test.field ? test : withField(test, next))}
          trigger={
            <button type="button" className={styles.field}>
              <span>{sayField(test.field)}</span>
              <ChevronDown />
            </button>
          }
        />
        {ops.length > 0 && (
          <SelectField label={t("rule_edit.comparison", { field: sayField(test.field) })} hideLabel fieldClass={styles.op ?? ""} value={test.op} onChange={(event) => onChange(withOp(test, event.target.value, word))}>
            {ops.map((op) => (
              <option key={op} value={op}>
                {sayOp(op, word?.kind)}
              </option>
            ))}
          </SelectField>
        )}
        {word && wants !== undefined && <ValueInput word={word} wants={wants} value={test.value} sources={sources} onChange={(value) => onChange({ ...test, value })} />}
      </div>
      <span className={styles.tools}>
        <Menu trigger={<IconButton size="s" label={t("rule_edit.test_menu", { test: said })} icon={<Ellipsis />} />}>
          <MenuItem icon={<ArrowUp />} disabled={first} onSelect={() => onMove(-1)}>
            {t("rules.earlier")}
          </MenuItem>
          <MenuItem icon={<ArrowDown />} disabled={last} onSelect={() => onMove(1)}>
            {t("rules.later")}
          </MenuItem>
          {onIndent && (
            <MenuItem icon={<IndentIncrease />} onSelect={onIndent}>
              {t("rule_edit.indent")}
            </MenuItem>
          )}
        </Menu>
        <IconButton size="s" label={t("rule_edit.remove", { test: said })} icon={<X />} onClick={onRemove} />
      </span>
      {wrong !== undefined && (
        <p className={styles.wrong} role="alert">
          {wrong}
        </p>
      )}
    </li>
  );
}
