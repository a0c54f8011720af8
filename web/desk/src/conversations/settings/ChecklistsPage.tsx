import type { Checklist, Tag } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { SelectField, TextArea, TextField } from "@parley/ui/Field";
import { ListChecks, Plus } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useSources } from "@/lib/acts/useSources";
import { useMay, useTags } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { ChoiceGrid } from "@/lib/settings/ChoiceGrid";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";
import { RecordDialog } from "@/lib/settings/RecordDialog";
import { useRecords, type Records } from "@/lib/settings/useRecords";

function ChecklistDialog({ checklist, records, onClose }: { checklist: Checklist | null; records: Records<"checklists">; onClose: () => void }) {
  const t = useT();
  const { save } = records;
  const [name, setName] = useState(checklist?.name ?? "");
  const [text, setText] = useState(checklist?.items.join("\n") ?? "");
  const [intent, setIntent] = useState(checklist?.intent ?? "");
  const [tagIds, setTagIds] = useState<string[]>(checklist?.tag_ids ?? []);
  const { items: tags } = useTags();
  const known = useSources()("intents");
  const intents = intent === "" || known.some((one) => one.id === intent) ? known : [...known, { id: intent, label: intent }];
  const items = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const body = { name: name.trim(), intent: intent.trim(), items, tag_ids: tagIds };
  return (
    <RecordDialog
      size="m"
      title={t(checklist ? "checklists.edit" : "checklists.new")}
      busy={save.isPending}
      error={save.error}
      fields={["name", "intent", "items", "tag_ids"]}
      ready={name.trim() !== "" && items.length > 0}
      onClose={onClose}
      onSubmit={() => save.mutate(checklist ? { id: checklist.id, body } : { body }, { onSuccess: onClose })}
    >
      <TextField label={t("field.name")} placeholder={t("checklists.name_example")} value={name} maxLength={80} onChange={(event) => setName(event.target.value)} error={fieldError(save.error, "name")} />
      <TextArea label={t("checklists.items")} hint={t("field.one_per_line")} rows={7} value={text} onChange={(event) => setText(event.target.value)} error={fieldError(save.error, "items")} />
      <SelectField label={t("checklists.intent")} hint={t("checklists.intent_hint")} value={intent} onChange={(event) => setIntent(event.target.value)} error={fieldError(save.error, "intent")}>
        <option value="">{t("checklists.any_intent")}</option>
        {intents.map((one) => (
          <option key={one.id} value={one.id}>
            {one.label}
          </option>
        ))}
      </SelectField>
      {tags.length > 0 && (
        <ChoiceGrid
          label={t("checklists.tags")}
          hint={t("checklists.tags_hint")}
          error={fieldError(save.error, "tag_ids")}
          choices={tags.map((tag) => ({ id: tag.id, label: tag.name }))}
          chosen={tagIds}
          onChange={setTagIds}
        />
      )}
    </RecordDialog>
  );
}

/** For which conversations it is. */
function ChecklistMarks({ intent, tags }: { intent: string; tags: readonly Tag[] }) {
  const known = useSources()("intents");
  return (
    <>
      {intent !== "" && <Chip size="s">{known.find((one) => one.id === intent)?.label ?? intent}</Chip>}
      {tags.map((tag) => (
        <Chip key={tag.id} size="s" dot={tag.colour}>
          {tag.name}
        </Chip>
      ))}
    </>
  );
}

/** Steps to follow in a sort of case. */
export function ChecklistsPage(): ReactNode {
  const t = useT();
  const mayWrite = useMay("settings:write");
  const records = useRecords("checklists");
  const { byId: tagsById } = useTags();
  const [open, setOpen] = useState<Checklist | "new" | null>(null);
  const add = mayWrite && (
    <Button tone="primary" icon={<Plus />} onClick={() => setOpen("new")}>
      {t("checklists.new")}
    </Button>
  );
  return (
    <Page title={t("settings.checklists")} intro={t("checklists.intro")} action={add}>
      <Loading query={records.list}>
        {records.items.length === 0 ? (
          <Empty icon={<ListChecks />} title={t("checklists.empty_title")} action={add}>
            {t("checklists.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.checklists")}>
            {records.items.map((one) => (
              <Record key={one.id} icon={<ListChecks />} title={one.name} marks={<ChecklistMarks intent={one.intent} tags={one.tag_ids.flatMap((id) => tagsById.get(id) ?? [])} />} meta={one.items.join(" → ")} actions={mayWrite && <RecordActions name={one.name} onEdit={() => setOpen(one)} onRemove={() => records.drop.mutate(one.id)} warning={t("checklists.remove")} />} />
            ))}
          </RecordList>
        )}
      </Loading>
      {open !== null && <ChecklistDialog checklist={open === "new" ? null : open} records={records} onClose={() => setOpen(null)} />}
    </Page>
  );
}
