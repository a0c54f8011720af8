import type { Agent } from "@parley/client/types";
import { CheckField, TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { useState } from "react";

import { formatLanguage } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { offerLanguages } from "@/lib/languages";
import { fieldError } from "@/lib/problem";
import { ChoiceGrid } from "@/lib/settings/ChoiceGrid";
import { RecordDialog } from "@/lib/settings/RecordDialog";
import { ZoneField } from "@/lib/settings/ZoneField";

import { byDay, isBroken } from "../week";
import { WeekGrid } from "../WeekGrid";
import type { AgentRouting } from "./api";
import { AwaySpans } from "./AwaySpans";
import { isWhole, readSpans, writeSpans } from "./spans";
import { useSaveRouting } from "./useRouting";

type AgentDialogProps = { agent: Agent; routing: AgentRouting; room: number; skills: readonly string[]; onClose: () => void };

/** How one agent takes work: how much, what of, and when. */
export function AgentDialog({ agent, routing, room, skills, onClose }: AgentDialogProps) {
  const t = useT();
  const save = useSaveRouting();
  const [takes, setTakes] = useState(routing.takes_work);
  const [capacity, setCapacity] = useState(routing.capacity === null ? "" : String(routing.capacity));
  const [languages, setLanguages] = useState(routing.languages);
  const [own, setOwn] = useState(routing.skills);
  const [week, setWeek] = useState(() => byDay(routing.shifts));
  const [zone, setZone] = useState(routing.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [away, setAway] = useState(() => readSpans(routing.away, Date.now()));
  const shifts = week.flatMap((list, day) => list.map((one) => ({ ...one, day })));
  const offered = [...new Set([...skills, ...routing.skills])];
  const body: AgentRouting = {
    agent_id: agent.id,
    takes_work: takes,
    capacity: capacity.trim() === "" ? null : Number(capacity),
    languages,
    skills: own,
    shifts,
    time_zone: shifts.length > 0 ? zone : routing.time_zone,
    away: writeSpans(away.filter(isWhole)),
  };
  return (
    <RecordDialog
      size="m"
      title={agent.name || agent.email}
      busy={save.isPending}
      error={save.error}
      fields={["capacity", "time_zone", "shifts"]}
      ready={away.every(isWhole) && !week.some(isBroken)}
      onClose={onClose}
      onSubmit={() => save.mutate(body, { onSuccess: onClose })}
    >
      <CheckField as="switch" label={t("routing.takes_work")} checked={takes} onChange={(event) => setTakes(event.target.checked)} />
      <TextField
        label={t("routing.capacity")}
        hint={t("routing.capacity_hint", { n: room })}
        type="number"
        min={0}
        max={9999}
        step={0.5}
        placeholder={String(room)}
        value={capacity}
        onChange={(event) => setCapacity(event.target.value)}
        error={fieldError(save.error, "capacity")}
      />
      <ChoiceGrid label={t("routing.agent_languages")} hint={t("routing.agent_languages_hint")} choices={offerLanguages(languages).map((one) => ({ id: one, label: formatLanguage(one) }))} chosen={languages} onChange={setLanguages} />
      {offered.length > 0 && <ChoiceGrid label={t("routing.skills")} choices={offered.map((one) => ({ id: one, label: one }))} chosen={own} onChange={setOwn} />}
      <fieldset className="stack">
        <legend>{t("routing.shifts")}</legend>
        {fieldError(save.error, "shifts") !== undefined && <Notice tone="red">{fieldError(save.error, "shifts")}</Notice>}
        <WeekGrid week={week} none={t("routing.shift_none")} onChange={setWeek} />
        {shifts.length > 0 && <ZoneField value={zone} onChange={setZone} error={fieldError(save.error, "time_zone")} />}
      </fieldset>
      <AwaySpans spans={away} onChange={setAway} />
    </RecordDialog>
  );
}
