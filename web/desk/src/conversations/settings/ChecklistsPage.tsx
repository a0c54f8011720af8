import type { Checklist } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { TextArea, TextField } from "@parley/ui/Field";
import { ListChecks, Plus } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
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
  const items = text.split("\n").map((line) => line.trim()).filter(Boolean);
  return (
    <RecordDialog
      size="m"
      title={t(checklist ? "checklists.edit" : "checklists.new")}
      busy={save.isPending}
      error={save.error}
      ready={name.trim() !== "" && items.length > 0}
      onClose={onClose}
      onSubmit={() => save.mutate({ id: checklist?.id, body: { name: name.trim(), intent: checklist?.intent ?? null, items } }, { onSuccess: onClose })}
    >
      <TextField label={t("field.name")} placeholder={t("checklists.name_example")} value={name} maxLength={80} onChange={(event) => setName(event.target.value)} error={fieldError(save.error, "name")} />
      <TextArea label={t("checklists.items")} hint={t("field.one_per_line")} rows={7} value={text} onChange={(event) => setText(event.target.value)} error={fieldError(save.error, "items")} />
    </RecordDialog>
  );
}

/** Steps to follow in a sort of case. */
export function ChecklistsPage(): ReactNode {
  const t = useT();
  const records = useRecords("checklists");
  const [open, setOpen] = useState<Checklist | "new" | null>(null);
  const add = (
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
              <Record key={one.id} icon={<ListChecks />} title={one.name} meta={one.items.join(" → ")} actions={<RecordActions name={one.name} onEdit={() => setOpen(one)} onRemove={() => records.drop.mutate(one.id)} warning={t("checklists.remove")} />} />
            ))}
          </RecordList>
        )}
      </Loading>
      {open !== null && <ChecklistDialog checklist={open === "new" ? null : open} records={records} onClose={() => setOpen(null)} />}
    </Page>
  );
}
