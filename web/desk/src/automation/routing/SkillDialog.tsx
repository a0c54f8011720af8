import { TextField } from "@parley/ui/Field";
import { useState } from "react";

import { useSources } from "@/lib/acts/useSources";
import { useT } from "@/lib/i18n/useT";
import { ChoiceGrid } from "@/lib/settings/ChoiceGrid";
import { RecordDialog } from "@/lib/settings/RecordDialog";

import type { Skill } from "./api";

type SkillDialogProps = { skill: Skill | null; taken: readonly string[]; onSave: (skill: Skill) => void; onClose: () => void };

/** A skill, and what conversations want it. */
export function SkillDialog({ skill, taken, onSave, onClose }: SkillDialogProps) {
  const t = useT();
  const sources = useSources();
  const [name, setName] = useState(skill?.name ?? "");
  const [intents, setIntents] = useState<string[]>(skill?.intents ?? []);
  const [tags, setTags] = useState<string[]>(skill?.tags ?? []);
  const title = name.trim();
  const double = taken.includes(title);
  return (
    <RecordDialog
      size="m"
      title={t(skill ? "routing.skill_edit" : "routing.skill_new")}
      busy={false}
      error={null}
      ready={title !== "" && !double && intents.length + tags.length > 0}
      onClose={onClose}
      onSubmit={() => {
        onSave({ name: title, intents, tags });
        onClose();
      }}
    >
      <TextField label={t("field.name")} value={name} maxLength={60} onChange={(event) => setName(event.target.value)} error={double ? t("routing.skill_taken") : undefined} />
      <ChoiceGrid label={t("routing.skill_intents")} choices={sources("intents")} chosen={intents} onChange={setIntents} />
      {sources("tags").length > 0 && <ChoiceGrid label={t("routing.skill_tags")} choices={sources("tags")} chosen={tags} onChange={setTags} />}
    </RecordDialog>
  );
}
