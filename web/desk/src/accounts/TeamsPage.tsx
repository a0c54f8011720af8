import type { Agent, Team } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { CheckField, TextField } from "@parley/ui/Field";
import { Plus, UsersRound } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useAgents, useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";
import { RecordDialog } from "@/lib/settings/RecordDialog";
import { useRecords, type Records } from "@/lib/settings/useRecords";

function TeamDialog({ team, records, people, onClose }: { team: Team | null; records: Records<"teams">; people: readonly Agent[]; onClose: () => void }) {
  const t = useT();
  const { save } = records;
  const [name, setName] = useState(team?.name ?? "");
  const [ids, setIds] = useState<string[]>(team?.agent_ids ?? []);
  const body = { name: name.trim(), agent_ids: ids };
  return (
    <RecordDialog title={t(team ? "teams.edit" : "teams.new")} busy={save.isPending} error={save.error} fields={["name"]} ready={name.trim() !== ""} onClose={onClose} onSubmit={() => save.mutate(team ? { id: team.id, body } : { body }, { onSuccess: onClose })}>
      <TextField label={t("field.name")} value={name} maxLength={60} onChange={(event) => setName(event.target.value)} error={fieldError(save.error, "name")} />
      <fieldset className="stack">
        <legend>{t("teams.people")}</legend>
        {people.map((one) => (
          <CheckField key={one.id} label={one.name || one.email} checked={ids.includes(one.id)} onChange={(event) => setIds((old) => (event.target.checked ? [...old, one.id] : old.filter((id) => id !== one.id)))} />
        ))}
      </fieldset>
    </RecordDialog>
  );
}

/** Groups of agents that conversations can be given to. */
export function TeamsPage(): ReactNode {
  const t = useT();
  const mayWrite = useMay("settings:write");
  const records = useRecords("teams");
  const agents = useAgents();
  const [open, setOpen] = useState<Team | "new" | null>(null);
  const people = agents.items.filter((one) => one.state !== "disabled");
  const add = mayWrite && (
    <Button tone="primary" icon={<Plus />} onClick={() => setOpen("new")}>
      {t("teams.new")}
    </Button>
  );
  return (
    <Page title={t("settings.teams")} intro={t("teams.intro")} action={add}>
      <Loading query={records.list}>
        {records.items.length === 0 ? (
          <Empty icon={<UsersRound />} title={t("teams.empty_title")} action={add}>
            {t("teams.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.teams")}>
            {records.items.map((team) => {
              const members = team.agent_ids.map((id) => agents.byId.get(id)).filter((one) => one !== undefined);
              return (
                <Record
                  key={team.id}
                  icon={<UsersRound />}
                  title={team.name}
                  meta={members.length === 0 ? t("teams.nobody") : members.map((one) => one.name).join(", ")}
                  actions={
                    <>
                      <span className="cluster">
                        {members.slice(0, 5).map((one) => (
                          <Avatar key={one.id} name={one.name} colour={one.avatar_colour} seed={one.id} size="s" />
                        ))}
                      </span>
                      {mayWrite && <RecordActions name={team.name} onEdit={() => setOpen(team)} onRemove={() => records.drop.mutate(team.id)} warning={t("teams.remove")} />}
                    </>
                  }
                />
              );
            })}
          </RecordList>
        )}
      </Loading>
      {open !== null && <TeamDialog team={open === "new" ? null : open} records={records} people={people} onClose={() => setOpen(null)} />}
    </Page>
  );
}
