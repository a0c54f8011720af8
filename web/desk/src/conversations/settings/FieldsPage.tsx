import type { CustomField } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { SelectField, TextArea, TextField } from "@parley/ui/Field";
import { Plus, TextCursorInput } from "lucide-react";
import { useState, type ReactNode } from "react";

import { foldText } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";
import { RecordDialog } from "@/lib/settings/RecordDialog";
import { useRecords, type Records } from "@/lib/settings/useRecords";

const TYPES = ["text", "number", "select", "date", "checkbox"] as const;

/** A key for a field from its name: "Order number" → "order_number". */
export function makeKey(label: string): string {
  return foldText(label).replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 40);
}

function FieldDialog({ field, records, onClose }: { field: CustomField | null; records: Records<"custom-fields">; onClose: () => void }) {
  const t = useT();
  const { save } = records;
  const [label, setLabel] = useState(field?.label ?? "");
  const [type, setType] = useState<CustomField["type"]>(field?.type ?? "text");
  const [options, setOptions] = useState(field?.options.join("\n") ?? "");
  const list = options.split("\n").map((line) => line.trim()).filter(Boolean);
  const body = { label: label.trim(), options: type === "select" ? list : [] };
  return (
    <RecordDialog
      title={t(field ? "fields.edit" : "fields.new")}
      busy={save.isPending}
      error={save.error}
      fields={["label", "key", ...(type === "select" ? ["options"] : [])]}
      ready={label.trim() !== "" && (type !== "select" || list.length > 0)}
      onClose={onClose}
      onSubmit={() => save.mutate(field ? { id: field.id, body } : { body: { ...body, key: makeKey(label), type } }, { onSuccess: onClose })}
    >
      <TextField label={t("field.name")} value={label} maxLength={60} onChange={(event) => setLabel(event.target.value)} error={fieldError(save.error, "label") ?? fieldError(save.error, "key")} hint={field ? t("fields.key", { key: field.key }) : undefined} />
      <SelectField label={t("field.type")} value={type} disabled={field !== null} onChange={(event) => setType(event.target.value as CustomField["type"])}>
        {TYPES.map((one) => (
          <option key={one} value={one}>
            {t(`fieldtype.${one}`)}
          </option>
        ))}
      </SelectField>
      {type === "select" && <TextArea label={t("fields.options")} hint={t("field.one_per_line")} rows={5} value={options} onChange={(event) => setOptions(event.target.value)} error={fieldError(save.error, "options")} />}
    </RecordDialog>
  );
}

/** What the shop wants to know about each conversation. */
export function FieldsPage(): ReactNode {
  const t = useT();
  const records = useRecords("custom-fields");
  const [open, setOpen] = useState<CustomField | "new" | null>(null);
  const add = (
    <Button tone="primary" icon={<Plus />} onClick={() => setOpen("new")}>
      {t("fields.new")}
    </Button>
  );
  return (
    <Page title={t("settings.fields")} intro={t("fields.intro")} action={add}>
      <Loading query={records.list}>
        {records.items.length === 0 ? (
          <Empty icon={<TextCursorInput />} title={t("fields.empty_title")} action={add}>
            {t("fields.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.fields")}>
            {records.items.map((field) => (
              <Record
                key={field.id}
                title={field.label}
                marks={<Chip size="s">{t(`fieldtype.${field.type}`)}</Chip>}
                meta={field.options.length > 0 ? field.options.join(" · ") : undefined}
                actions={<RecordActions name={field.label} onEdit={() => setOpen(field)} onRemove={() => records.drop.mutate(field.id)} warning={t("fields.remove")} />}
              />
            ))}
          </RecordList>
        )}
      </Loading>
      {open !== null && <FieldDialog field={open === "new" ? null : open} records={records} onClose={() => setOpen(null)} />}
    </Page>
  );
}
