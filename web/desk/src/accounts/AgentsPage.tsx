import type { Agent, Invited, Role } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { CheckField, SelectField, TextField } from "@parley/ui/Field";
import { MenuItem } from "@parley/ui/Menu";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound, MailPlus, ShieldOff, UserCheck, UserPlus, UserX } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useMay, useSelf, useTeams } from "@/lib/directory";
import { formatAgo } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";
import { RecordDialog } from "@/lib/settings/RecordDialog";
import { Secret } from "@/lib/settings/Secret";
import { useRecords } from "@/lib/settings/useRecords";

import { changeAgent, inviteAgain, inviteAgent, makeResetLink, removeAgentTotp } from "./api";

const ROLES: readonly Role[] = ["owner", "admin", "lead", "agent", "collaborator"];

function AgentDialog({ agent, onClose, onInvited }: { agent: Agent | null; onClose: () => void; onInvited: (made: Invited) => void }) {
  const t = useT();
  const client = useQueryClient();
  const { agent: self } = useSelf();
  const { items: teams } = useTeams();
  const [email, setEmail] = useState("");
  const [name, setName] = useState(agent?.name ?? "");
  const [role, setRole] = useState<Role>(agent?.role ?? "agent");
  const [teamIds, setTeamIds] = useState<string[]>(agent?.team_ids ?? []);
  const save = useMutation({
    mutationFn: async () => {
      if (!agent) return inviteAgent(email.trim(), role, teamIds);
      await changeAgent(agent.id, { name: name.trim(), role, team_ids: teamIds });
      return null;
    },
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: keys.directory("agents") });
      void client.invalidateQueries({ queryKey: keys.directory("teams") });
      onClose();
      if (made) onInvited(made);
    },
  });
  const allowed = ROLES.slice(ROLES.indexOf(self.role));
  return (
    <RecordDialog
      title={agent ? t("agents.edit", { name: agent.name }) : t("agents.invite")}
      intro={agent ? undefined : t("agents.invite_intro")}
      confirm={agent ? t("action.save") : t("agents.invite_do")}
      busy={save.isPending}
      error={save.error}
      fields={[agent ? "name" : "email", "role"]}
      ready={agent ? name.trim() !== "" : email.includes("@")}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      {agent ? (
        <TextField label={t("field.name")} value={name} onChange={(event) => setName(event.target.value)} error={fieldError(save.error, "name")} />
      ) : (
        <TextField label={t("field.email")} type="email" value={email} onChange={(event) => setEmail(event.target.value)} error={fieldError(save.error, "email")} />
      )}
      <SelectField label={t("field.role")} hint={t(`role.${role}_hint`)} value={role} onChange={(event) => setRole(event.target.value as Role)} error={fieldError(save.error, "role")}>
        {(allowed.includes(role) ? allowed : [role, ...allowed]).map((one) => (
          <option key={one} value={one}>
            {t(`role.${one}`)}
          </option>
        ))}
      </SelectField>
      {teams.length > 0 && (
        <fieldset className="stack">
          <legend>{t("settings.teams")}</legend>
          {teams.map((team) => (
            <CheckField key={team.id} label={team.name} checked={teamIds.includes(team.id)} onChange={(event) => setTeamIds((old) => (event.target.checked ? [...old, team.id] : old.filter((id) => id !== team.id)))} />
          ))}
        </fieldset>
      )}
    </RecordDialog>
  );
}

/** Who works here. */
export function AgentsPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const mayWrite = useMay("agents:write");
  const { agent: self } = useSelf();
  const { byId: teamsById } = useTeams();
  const { list, items } = useRecords("agents");
  const [open, setOpen] = useState<Agent | "new" | null>(null);
  const [link, setLink] = useState<{ title: string; text: string; value: string } | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: keys.directory("agents") });
  const act = useMutation({ mutationFn: (run: () => Promise<unknown>) => run(), onSuccess: refresh, onError: (error) => toast({ tone: "red", text: explain(error) }) });
  const invited = (made: Invited) => {
    if (made.link === null) toast({ text: t("agents.invited", { email: made.agent.email }) });
    else setLink({ title: t("agents.link_title"), text: t("agents.link_text"), value: made.link });
  };
  const reset = (agent: Agent) => act.mutate(async () => setLink({ title: t("agents.reset_title", { name: agent.name }), text: t("agents.reset_text"), value: (await makeResetLink(agent.id)).link }));
  const describe = (agent: Agent) => {
    const names = agent.team_ids.map((id) => teamsById.get(id)?.name).filter((name) => name !== undefined);
    return [agent.email, ...names, agent.last_seen_at === null ? null : t("agents.seen", { ago: formatAgo(agent.last_seen_at) })].filter(Boolean).join(" · ");
  };
  return (
    <Page
      title={t("settings.agents")}
      intro={t("agents.intro")}
      action={
        mayWrite && (
          <Button tone="primary" icon={<UserPlus />} onClick={() => setOpen("new")}>
            {t("agents.invite")}
          </Button>
        )
      }
    >
      <Loading query={list}>
        <RecordList label={t("settings.agents")}>
          {items.map((agent) => (
            <Record
              key={agent.id}
              icon={<Avatar name={agent.name || agent.email} colour={agent.avatar_colour} seed={agent.id} online={agent.online} />}
              title={agent.name || agent.email}
              marks={
                <>
                  <Chip size="s">{t(`role.${agent.role}`)}</Chip>
                  {agent.state !== "active" && (
                    <Chip size="s" tone={agent.state === "invited" ? "amber" : "plain"}>
                      {t(`agentstate.${agent.state}`)}
                    </Chip>
                  )}
                  {agent.totp && (
                    <Chip size="s" tone="green">
                      {t("agents.totp")}
                    </Chip>
                  )}
                </>
              }
              meta={describe(agent)}
              actions={
                mayWrite && (
                  <RecordActions name={agent.name || agent.email} onEdit={() => setOpen(agent)}>
                    {agent.state === "invited" && (
                      <MenuItem icon={<MailPlus />} onSelect={() => act.mutate(async () => invited(await inviteAgain(agent.id)))}>
                        {t("agents.invite_again")}
                      </MenuItem>
                    )}
                    {agent.state === "active" && (
                      <MenuItem icon={<KeyRound />} onSelect={() => reset(agent)}>
                        {t("agents.reset")}
                      </MenuItem>
                    )}
                    {agent.totp && (
                      <MenuItem icon={<ShieldOff />} onSelect={() => act.mutate(() => removeAgentTotp(agent.id))}>
                        {t("agents.totp_off")}
                      </MenuItem>
                    )}
                    {agent.id !== self.id && (
                      <MenuItem icon={agent.state === "disabled" ? <UserCheck /> : <UserX />} danger={agent.state !== "disabled"} onSelect={() => act.mutate(() => changeAgent(agent.id, { state: agent.state === "disabled" ? "active" : "disabled" }))}>
                        {t(agent.state === "disabled" ? "agents.enable" : "agents.disable")}
                      </MenuItem>
                    )}
                  </RecordActions>
                )
              }
            />
          ))}
        </RecordList>
      </Loading>
      {open !== null && <AgentDialog agent={open === "new" ? null : open} onClose={() => setOpen(null)} onInvited={invited} />}
      {link && <Secret title={link.title} text={link.text} value={link.value} onClose={() => setLink(null)} />}
    </Page>
  );
}
