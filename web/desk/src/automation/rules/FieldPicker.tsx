import { Picker } from "@parley/ui/Picker";
import type { ReactNode } from "react";

import { sayField, saySection } from "@/lib/acts/sayTest";
import type { FieldWord } from "@/lib/acts/useVocabulary";
import { useT } from "@/lib/i18n/useT";

type FieldPickerProps = { trigger: ReactNode; fields: readonly FieldWord[]; chosen?: string; onChoose: (field: FieldWord) => void };

/** Everything that can be tested, by section; type to find it. */
export function FieldPicker({ trigger, fields, chosen, onChoose }: FieldPickerProps) {
  const t = useT();
  const choices = fields.map((one) => {
    const section = saySection(one.name.split(".")[0] ?? "");
    return { id: one.name, text: `${sayField(one.name)} ${section}`, show: sayField(one.name), group: section };
  });
  return (
    <Picker
      trigger={trigger}
      label={t("rule_edit.field")}
      placeholder={t("rule_edit.find_field")}
      empty={t("rule_edit.no_field")}
      choices={choices}
      chosen={chosen === undefined ? [] : [chosen]}
      onChoose={(id) => {
        const field = fields.find((one) => one.name === id);
        if (field) onChoose(field);
      }}
    />
  );
}
