import type { Tag } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dot } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { TextField } from "@parley/ui/Field";
import { Plus, Tags } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { ColourChoice } from "@/lib/settings/ColourChoice";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";
import { RecordDialog } from "@/lib/settings/RecordDialog";
import { useRecords, type Records } from "@/lib/settings/useRecords";

function TagDialog({ tag, records, onClose }: { tag: Tag | null; records: Records<"tags">; onClose: () => void }) {
  const t = useT();
  const { save } = records;
  const [name, setName] = useState(tag?.name ?? "");
  const [colour, setColour] = useState(tag?.colour ?? "blue");
  const body = { name: name.trim(), colour };
  return (
    <RecordDialog
      title={t(tag ? "tags.edit" : "tags.new")}
      busy={save.isPending}
      error={save.error}
      fields={["name"]}
      ready={name.trim() !== ""}
      onClose={onClose}
      onSubmit={() => save.mutate(tag ? { id: tag.id, body } : { body }, { onSuccess: onClose })}
    >
      <TextField label={t("field.name")} value={name} maxLength={40} onChange={(event) => setName(event.target.value)} error={fieldError(save.error, "name")} />
      <ColourChoice label={t("field.colour")} value={colour} onChange={setColour} />
    </RecordDialog>
  );
}

/** The words by which conversations are sorted. */
export function TagsPage(): ReactNode {
  const t = useT();
  const mayWrite = useMay("settings:write");
  const records = useRecords("tags");
  const [open, setOpen] = useState<Tag | "new" | null>(null);
  const add = mayWrite && (
    <Button tone="primary" icon={<Plus />} onClick={() => setOpen("new")}>
      {t("tags.new")}
    </Button>
  );
  return (
    <Page title={t("settings.tags")} intro={t("tags.intro")} action={add}>
      <Loading query={records.list}>
        {records.items.length === 0 ? (
          <Empty icon={<Tags />} title={t("tags.empty_title")} action={add}>
            {t("tags.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.tags")}>
            {records.items.map((tag) => (
              <Record key={tag.id} icon={<Dot colour={tag.colour} />} title={tag.name} actions={mayWrite && <RecordActions name={tag.name} onEdit={() => setOpen(tag)} onRemove={() => records.drop.mutate(tag.id)} warning={t("tags.remove")} />} />
            ))}
          </RecordList>
        )}
      </Loading>
      {open !== null && <TagDialog tag={open === "new" ? null : open} records={records} onClose={() => setOpen(null)} />}
    </Page>
  );
}
