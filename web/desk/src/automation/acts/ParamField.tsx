import type { ParamWord } from "@parley/client/types";
import { CheckField, Field, SelectField, TextArea, TextField } from "@parley/ui/Field";
import { useQuery } from "@tanstack/react-query";

import type { SourceItem, Sources } from "@/lib/acts/useSources";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { ChoiceGrid } from "@/lib/settings/ChoiceGrid";

import { listMacros } from "../macros/api";
import { Chosen } from "./Chosen";

type ParamFieldProps = { param: ParamWord; value: unknown; sources: Sources; error?: string | undefined; onChange: (value: unknown) => void };

/** The macros to choose from; read only where one is asked for. */
function useMacroItems(wanted: boolean): SourceItem[] {
  const { data } = useQuery({ queryKey: keys.settings("macros", "all"), queryFn: () => listMacros({}, null, 200), enabled: wanted });
  return (data?.items ?? []).map((one) => ({ id: one.id, label: one.name }));
}

/** So many are shown all at once; more are found by typing. */
const IN_SIGHT = 8;

function Many({ label, error, items, values, onChange }: { label: string; error: string | undefined; items: SourceItem[]; values: string[]; onChange: (values: string[]) => void }) {
  const t = useT();
  return (
    <Field label={label} error={error}>
      {() => <Chosen label={label} items={items} values={values} nameOf={(id) => items.find((one) => one.id === id)?.label ?? t("act_value.gone")} onChange={onChange} />}
    </Field>
  );
}

/** One argument of an act, by its kind. */
export function ParamField({ param, value, sources, error, onChange }: ParamFieldProps) {
  const t = useT();
  const macros = useMacroItems(param.kind === "macro");
  const label = tName("act_param", param.name);
  const text = typeof value === "string" ? value : "";
  switch (param.kind) {
    case "choices": {
      const items = sources(param.source, param.options);
      if (items.length > IN_SIGHT) return <Many label={label} error={error} items={items} values={Array.isArray(value) ? value.map(String) : []} onChange={onChange} />;
      return <ChoiceGrid label={label} error={error} choices={items} chosen={Array.isArray(value) ? value.map(String) : []} onChange={onChange} />;
    }
    case "choice":
    case "macro":
      return (
        <SelectField label={label} error={error} value={text} onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}>
          <option value="">{t("acts.choose")}</option>
          {(param.kind === "macro" ? macros : sources(param.source, param.options)).map((one) => (
            <option key={one.id} value={one.id}>
              {one.label}
            </option>
          ))}
        </SelectField>
      );
    case "flag":
      return <CheckField label={label} checked={value === true} onChange={(event) => onChange(event.target.checked)} />;
    case "number":
    case "minutes":
      return <TextField label={label} error={error} type="number" min={0} value={typeof value === "number" ? value : ""} onChange={(event) => onChange(event.target.value === "" ? undefined : Number(event.target.value))} />;
    default:
      return <TextArea label={label} error={error} value={text} onChange={(event) => onChange(event.target.value)} />;
  }
}
