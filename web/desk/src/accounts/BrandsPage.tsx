import type { Brand } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { SelectField, TextArea, TextField } from "@parley/ui/Field";
import { Plus } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { useSelf } from "@/lib/directory";
import { formatLanguage, formatList } from "@/lib/format/text";
import { escapeText, plainText } from "@/lib/html";
import { useT } from "@/lib/i18n/useT";
import { offerLanguages, putFirst } from "@/lib/languages";
import { fieldError } from "@/lib/problem";
import { ChoiceGrid } from "@/lib/settings/ChoiceGrid";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";
import { RecordDialog } from "@/lib/settings/RecordDialog";
import { useRecords, type Records } from "@/lib/settings/useRecords";

import styles from "./BrandsPage.module.css";

function Swatch({ colour }: { colour: string }) {
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => box.current?.style.setProperty("background-color", colour), [colour]);
  return <span ref={box} className={styles.swatch} aria-hidden="true" />;
}

function BrandDialog({ brand, records, onClose }: { brand: Brand | null; records: Records<"brands">; onClose: () => void }) {
  const t = useT();
  const { save } = records;
  const { workspace } = useSelf();
  const [name, setName] = useState(brand?.name ?? "");
  const [colour, setColour] = useState(brand?.colour ?? "#2f6f5e");
  const [signature, setSignature] = useState(() => plainText(brand?.signature_html ?? ""));
  const [languages, setLanguages] = useState(brand?.languages ?? [workspace.language]);
  const [offered] = useState(() => offerLanguages(languages));
  const [standard] = languages;
  const choices = offered.map((id) => ({
    id,
    label: id === standard ? <span className="cluster">{formatLanguage(id)} <Chip size="s">{t("brands.default")}</Chip></span> : formatLanguage(id),
  }));
  const body = { name: name.trim(), colour, languages, signature_html: escapeText(signature) };
  const submit = () => save.mutate(brand ? { id: brand.id, body } : { body }, { onSuccess: onClose });
  return (
    <RecordDialog size="m" title={t(brand ? "brands.edit" : "brands.new")} busy={save.isPending} error={save.error} fields={["name", "colour", "languages", "signature_html"]} ready={name.trim() !== "" && languages.length > 0} onClose={onClose} onSubmit={submit}>
      <TextField label={t("field.name")} value={name} maxLength={80} onChange={(event) => setName(event.target.value)} error={fieldError(save.error, "name")} />
      <TextField label={t("field.colour")} type="color" className={styles.colour} value={colour} onChange={(event) => setColour(event.target.value)} error={fieldError(save.error, "colour")} />
      <ChoiceGrid label={t("brands.languages")} hint={t("brands.languages_hint")} error={fieldError(save.error, "languages")} choices={choices} chosen={languages} onChange={setLanguages} />
      {languages.length > 1 && (
        <SelectField label={t("brands.default_language")} value={standard} onChange={(event) => setLanguages(putFirst(event.target.value, languages))}>
          {languages.map((id) => (
            <option key={id} value={id}>
              {formatLanguage(id)}
            </option>
          ))}
        </SelectField>
      )}
      <TextArea label={t("brands.signature")} hint={t("brands.signature_hint")} rows={4} value={signature} onChange={(event) => setSignature(event.target.value)} error={fieldError(save.error, "signature_html")} />
    </RecordDialog>
  );
}

/** The shops that customers know by name. */
export function BrandsPage(): ReactNode {
  const t = useT();
  const records = useRecords("brands");
  const [open, setOpen] = useState<Brand | "new" | null>(null);
  return (
    <Page
      title={t("settings.brands")}
      intro={t("brands.intro")}
      action={
        <Button tone="primary" icon={<Plus />} onClick={() => setOpen("new")}>
          {t("brands.new")}
        </Button>
      }
    >
      <Loading query={records.list}>
        <RecordList label={t("settings.brands")}>
          {records.items.map((brand) => (
            <Record
              key={brand.id}
              icon={<Swatch colour={brand.colour} />}
              title={brand.name}
              meta={[formatList(brand.languages.map(formatLanguage)), plainText(brand.signature_html).replaceAll("\n", " · ") || t("brands.no_signature")].join(" · ")}
              actions={<RecordActions name={brand.name} onEdit={() => setOpen(brand)} onRemove={records.items.length > 1 ? () => records.drop.mutate(brand.id) : undefined} warning={t("brands.remove")} />}
            />
          ))}
        </RecordList>
      </Loading>
      {open !== null && <BrandDialog brand={open === "new" ? null : open} records={records} onClose={() => setOpen(null)} />}
    </Page>
  );
}
