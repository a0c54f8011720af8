import type { DeciderSettings, Team } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { IconButton } from "@parley/ui/IconButton";
import { useQuery } from "@tanstack/react-query";
import { GraduationCap, Pencil, Plus, UsersRound } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useAgents, useMay, useTeams } from "@/lib/directory";
import { formatLanguage, formatList, formatNumber } from "@/lib/format/text";
import { formatDateTime } from "@/lib/format/time";
import { formatLocale } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";
import { Loading } from "@/lib/settings/Loading";
import { Page, Part, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";

import { useDeciders, type DeciderChange } from "../useDeciders";
import { sumUp } from "../week";
import { AgentDialog } from "./AgentDialog";
import { listTeamRouting, routingKeys, type AgentRouting, type RoutingValues, type Skill, type TeamWay } from "./api";
import styles from "./Routing.module.css";
import { SkillDialog } from "./SkillDialog";
import { TeamDialog } from "./TeamDialog";
import { useAgentRouting } from "./useRouting";
import { useSayWanted, Ways } from "./Ways";

type SkillsProps = { skills: Skill[]; disabled: boolean; onChange: (skills: Skill[]) => void };

function Skills({ skills, disabled, onChange }: SkillsProps) {
  const t = useT();
  const say = useSayWanted();
  const [open, setOpen] = useState<Skill | "new" | null>(null);
  const save = (skill: Skill) => onChange(open === "new" ? [...skills, skill] : skills.map((one) => (one === open ? skill : one)));
  const add = !disabled && (
    <Button size="s" icon={<Plus />} onClick={() => setOpen("new")}>
      {t("routing.skill_add")}
    </Button>
  );
  return (
    <Part title={t("routing.skills")} intro={t("routing.skills_intro")} action={add}>
      {skills.length > 0 && (
        <RecordList label={t("routing.skills")}>
          {skills.map((one) => (
            <Record
              key={one.name}
              icon={<GraduationCap />}
              title={one.name}
              meta={t("routing.skill_for", { what: say(one) })}
              actions={!disabled && <RecordActions name={one.name} onEdit={() => setOpen(one)} onRemove={() => onChange(skills.filter((other) => other !== one))} />}
            />
          ))}
        </RecordList>
      )}
      {open !== null && <SkillDialog skill={open === "new" ? null : open} taken={skills.filter((one) => one !== open).map((one) => one.name)} onSave={save} onClose={() => setOpen(null)} />}
    </Part>
  );
}

const PLAIN: TeamWay = {};

const upperFirst = (text: string) => text.charAt(0).toLocaleUpperCase(formatLocale()) + text.slice(1);

function Teams({ disabled }: { disabled: boolean }) {
  const t = useT();
  const { items: teams, byId } = useTeams();
  const { data } = useQuery({ queryKey: routingKeys.teams, queryFn: listTeamRouting });
  const [open, setOpen] = useState<Team | null>(null);
  if (teams.length === 0) return null;
  const wayOf = (id: string): TeamWay => data?.items.find((one) => one.team_id === id)?.settings ?? PLAIN;
  const say = ({ mode, overflow }: TeamWay) => {
    const over = overflow ? byId.get(overflow)?.name : undefined;
    return [upperFirst(t(`routing.mode.${mode ?? "same"}`)), ...(over === undefined ? [] : [t("routing.overflow_to", { team: over })])].join(" · ");
  };
  return (
    <Part title={t("settings.teams")} intro={t("routing.teams_intro")}>
      <RecordList label={t("settings.teams")}>
        {teams.map((one) => (
          <Record
            key={one.id}
            icon={<UsersRound />}
            title={one.name}
            meta={say(wayOf(one.id))}
            actions={!disabled && <IconButton size="s" label={t("routing.change_of", { name: one.name })} icon={<Pencil />} onClick={() => setOpen(one)} />}
          />
        ))}
      </RecordList>
      {open && <TeamDialog team={open} way={wayOf(open.id)} teams={teams} onClose={() => setOpen(null)} />}
    </Part>
  );
}

function useSayAgent(room: number) {
  const t = useT();
  return ({ capacity, languages, skills, shifts, away }: AgentRouting) => {
    const next = [...away].filter((one) => Date.parse(one.to) > Date.now()).sort((a, b) => a.from.localeCompare(b.from))[0];
    return [
      t("routing.has_room", { n: formatNumber(capacity ?? room) }),
      ...(languages.length > 0 ? [formatList(languages.map(formatLanguage))] : []),
      ...(skills.length > 0 ? [formatList(skills)] : []),
      ...sumUp(shifts),
      ...(next ? [t("routing.away_from_to", { from: formatDateTime(next.from), to: formatDateTime(next.to) })] : []),
    ].join(" · ");
  };
}

function People({ room, skills, disabled }: { room: number; skills: readonly string[]; disabled: boolean }) {
  const t = useT();
  const { byId } = useAgents();
  const query = useAgentRouting();
  const say = useSayAgent(room);
  const [open, setOpen] = useState<string | null>(null);
  const items = query.data?.items ?? [];
  const chosen = items.find((one) => one.agent_id === open);
  const agent = open === null ? undefined : byId.get(open);
  return (
    <Part title={t("settings.agents")} intro={t("routing.agents_intro")}>
      <RecordList label={t("settings.agents")}>
        {items.map((one) => {
          const person = byId.get(one.agent_id);
          const name = person === undefined ? "" : nameCustomer(person);
          return (
            <Record
              key={one.agent_id}
              icon={<Avatar name={name} seed={one.agent_id} {...(person && { colour: person.avatar_colour })} size="s" />}
              title={name}
              marks={!one.takes_work && <Chip size="s">{t("routing.takes_none")}</Chip>}
              meta={say(one)}
              actions={!disabled && <IconButton size="s" label={t("routing.change_of", { name })} icon={<Pencil />} onClick={() => setOpen(one.agent_id)} />}
            />
          );
        })}
      </RecordList>
      {chosen && agent && <AgentDialog agent={agent} routing={chosen} room={room} skills={skills} onClose={() => setOpen(null)} />}
    </Part>
  );
}

function Settings({ decider, disabled, onChange }: { decider: DeciderSettings; disabled: boolean; onChange: (change: DeciderChange) => void }) {
  const t = useT();
  const values = decider.values as RoutingValues;
  const put = (part: Partial<RoutingValues>) => onChange({ values: { ...values, ...part } });
  return (
    <>
      <Part title={t("routing.ways")}>
        <Ways values={values} enabled={decider.enabled} disabled={disabled} onChange={put} onMode={(mode) => onChange({ enabled: true, values: { ...values, mode } })} />
        <p className={styles.hint}>{t("routing.hint")}</p>
      </Part>
      <Skills skills={values.skills} disabled={disabled} onChange={(skills) => put({ skills })} />
      <Teams disabled={disabled} />
      <People room={values.limit} skills={values.skills.map((one) => one.name)} disabled={disabled} />
    </>
  );
}

/** Who gets what conversation. */
export function RoutingPage(): ReactNode {
  const t = useT();
  const mayWrite = useMay("automation:write");
  const { query, find, change } = useDeciders();
  const decider = find("routing");
  return (
    <Page title={t("settings.routing")} intro={t("routing.intro")}>
      <Loading query={query}>{decider && <Settings decider={decider} disabled={!mayWrite} onChange={(part) => change(decider, part)} />}</Loading>
    </Page>
  );
}
