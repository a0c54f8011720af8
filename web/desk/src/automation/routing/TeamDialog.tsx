import type { Team } from "@parley/client/types";
import { SelectField } from "@parley/ui/Field";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { RecordDialog } from "@/lib/settings/RecordDialog";

import { routingKeys, saveTeamRouting, type Mode, type TeamWay } from "./api";

type TeamDialogProps = { team: Team; way: TeamWay; teams: readonly Team[]; onClose: () => void };

/** What one team does differently. */
export function TeamDialog({ team, way, teams, onClose }: TeamDialogProps) {
  const t = useT();
  const client = useQueryClient();
  const [mode, setMode] = useState<Mode | "">(way.mode ?? "");
  const [overflow, setOverflow] = useState(way.overflow ?? "");
  const save = useMutation({ mutationFn: saveTeamRouting, onSuccess: () => client.invalidateQueries({ queryKey: routingKeys.teams }) });
  const settings: TeamWay = { ...(mode !== "" && { mode }), ...(overflow !== "" && { overflow }) };
  return (
    <RecordDialog title={team.name} busy={save.isPending} error={save.error} fields={["overflow"]} onClose={onClose} onSubmit={() => save.mutate({ team_id: team.id, settings }, { onSuccess: onClose })}>
      <SelectField label={t("routing.team_mode")} value={mode} onChange={(event) => setMode(event.target.value as Mode | "")}>
        <option value="">{t("routing.mode.same")}</option>
        {(["least_busy", "round_robin", "manual"] as const).map((one) => (
          <option key={one} value={one}>
            {t(`routing.mode.${one}`)}
          </option>
        ))}
      </SelectField>
      <SelectField label={t("routing.overflow")} hint={t("routing.overflow_hint")} value={overflow} onChange={(event) => setOverflow(event.target.value)} error={fieldError(save.error, "overflow")}>
        <option value="">{t("routing.overflow_none")}</option>
        {teams
          .filter((one) => one.id !== team.id)
          .map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
      </SelectField>
    </RecordDialog>
  );
}
