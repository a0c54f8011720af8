import { Dialog } from "@parley/ui/Dialog";
import { SelectField, TextArea, TextField } from "@parley/ui/Field";
import { Skeleton } from "@parley/ui/Skeleton";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { PenLine } from "lucide-react";
import { useState } from "react";

import { useSources, type SourceItem } from "@/lib/acts/useSources";
import { i18n, tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { RecordDialog } from "@/lib/settings/RecordDialog";
import { useStore } from "@/lib/store";

import { fillTemplate, listTemplates, type Place, type Template } from "./api";
import styles from "./Rules.module.css";

/** Rules to begin with, and the empty sheet. */
export function Gallery() {
  const t = useT();
  const navigate = useNavigate();
  const { locale } = useStore(i18n);
  const { data } = useQuery({ queryKey: keys.settings("rules", "templates", locale), queryFn: () => listTemplates(locale) });
  const [chosen, setChosen] = useState<Template | null>(null);
  if (!data) return <Skeleton kind="rows" lines={4} label={t("state.loading")} />;
  return (
    <>
      <ul className={styles.gallery} aria-label={t("rules.gallery")}>
        {data.map((one) => (
          <li key={one.key}>
            <button type="button" className={styles.card} onClick={() => setChosen(one)}>
              <strong>{one.name}</strong>
              <span>{one.description}</span>
            </button>
          </li>
        ))}
        <li>
          <button type="button" className={styles.card} data-blank="true" onClick={() => void navigate({ to: "/settings/rules/$id", params: { id: "new" } })}>
            <strong>
              <PenLine /> {t("rules.blank")}
            </strong>
            <span>{t("rules.blank_text")}</span>
          </button>
        </li>
      </ul>
      {chosen && <TemplateDialog template={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}

/** The same over the list. */
export function GalleryDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open onClose={onClose} size="l" title={t("rules.gallery")} intro={t("rules.gallery_intro")} closeLabel={t("action.close_dialog")}>
      <Gallery />
    </Dialog>
  );
}

type PlaceFieldProps = { place: Place; value: string; items: SourceItem[]; error: string | undefined; onChange: (value: string) => void };

function PlaceField({ place, value, items, error, onChange }: PlaceFieldProps) {
  const t = useT();
  const label = tName("rules.place", place.name);
  if (place.kind === "tag") return <TextField label={label} hint={t("rules.tag_hint")} error={error} value={value} maxLength={50} onChange={(event) => onChange(event.target.value)} />;
  if (place.kind === "text") return <TextArea label={label} error={error} rows={4} value={value} onChange={(event) => onChange(event.target.value)} />;
  return (
    <SelectField label={label} error={error} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{place.required ? t("acts.choose") : t("rules.place.none")}</option>
      {items.map((one) => (
        <option key={one.id} value={one.id}>
          {one.label}
        </option>
      ))}
    </SelectField>
  );
}

const SOURCES: Record<string, string> = { team: "teams", macro: "macros" };

/** What is to be chosen for a template; then the rule is there, switched off, and opens. */
function TemplateDialog({ template, onClose }: { template: Template; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const sources = useSources();
  const [choices, setChoices] = useState(() => Object.fromEntries(template.places.map((one) => [one.name, one.default ?? ""])));
  const make = useMutation({
    mutationFn: () => fillTemplate(template.key, Object.fromEntries(Object.entries(choices).map(([name, value]) => [name, value.trim() === "" ? null : value])), i18n.get().locale),
    onSuccess: async (rule) => {
      await client.invalidateQueries({ queryKey: keys.settings("rules") });
      void client.invalidateQueries({ queryKey: ["directory"] });
      onClose();
      void navigate({ to: "/settings/rules/$id", params: { id: rule.id } });
    },
  });
  return (
    <RecordDialog
      size="m"
      title={template.name}
      intro={template.description}
      confirm={t("rules.use")}
      busy={make.isPending}
      error={make.error}
      fields={template.places.map((one) => `choices.${one.name}`)}
      ready={template.places.every((one) => !one.required || choices[one.name] !== "")}
      onClose={onClose}
      onSubmit={() => make.mutate()}
    >
      {template.places.map((place) => (
        <PlaceField
          key={place.name}
          place={place}
          value={choices[place.name] ?? ""}
          items={sources(SOURCES[place.kind])}
          error={fieldError(make.error, `choices.${place.name}`)}
          onChange={(value) => setChoices((old) => ({ ...old, [place.name]: value }))}
        />
      ))}
    </RecordDialog>
  );
}
