import { Chip } from "@parley/ui/Chip";
import { Picker } from "@parley/ui/Picker";
import { Plus } from "lucide-react";

import type { SourceItem } from "@/lib/acts/useSources";
import { useT } from "@/lib/i18n/useT";

import styles from "./Chosen.module.css";

type ChosenProps = { label: string; items: readonly SourceItem[]; values: readonly string[]; nameOf: (id: string) => string; onChange: (values: string[]) => void };

/** What was chosen of a long list, and finding more. */
export function Chosen({ label, items, values, nameOf, onChange }: ChosenProps) {
  const t = useT();
  const turn = (id: string) => onChange(values.includes(id) ? values.filter((one) => one !== id) : [...values, id]);
  return (
    <span className={styles.tokens}>
      {values.map((one) => (
        <Chip key={one} onRemove={() => turn(one)} removeLabel={t("rule_edit.remove_value", { value: nameOf(one) })}>
          <bdi>{nameOf(one)}</bdi>
        </Chip>
      ))}
      <Picker
        many
        label={label}
        placeholder={t("rule_edit.find_value")}
        empty={t("rule_edit.no_value")}
        choices={items.map((one) => ({ id: one.id, text: one.label }))}
        chosen={values}
        onChoose={turn}
        trigger={
          <button type="button" className={styles.plus} aria-label={label}>
            <Plus /> {values.length === 0 && t("acts.choose")}
          </button>
        }
      />
    </span>
  );
}
