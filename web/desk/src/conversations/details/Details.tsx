import type { Conversation } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Chip } from "@parley/ui/Chip";
import { IconButton } from "@parley/ui/IconButton";
import { Menu, MenuCheck } from "@parley/ui/Menu";
import { ChevronUp, ChevronsUp, Minus, Plus, ChevronDown, UserRound, UsersRound } from "lucide-react";
import { useState } from "react";

import { keysOf } from "@/lib/commands/table";
import { useCommands } from "@/lib/commands/useCommands";
import { useAgents, useMay, useTags, useTeams } from "@/lib/directory";
import { formatDateTime } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { Section } from "@/lib/Section";

import { AgentPicker, TagPicker, TeamPicker } from "../acts/pickers";
import { useActs } from "../acts/useActs";
import { MoodTrend } from "../moods/MoodTrend";
import { Promises } from "../promises/Promises";
import { Checklist } from "./Checklist";
import { CustomFields } from "./CustomFields";
import styles from "./Details.module.css";
import { Followers } from "./Followers";

const SIGNS = { urgent: ChevronsUp, high: ChevronUp, normal: Minus, low: ChevronDown };

function Tags({ conversation }: { conversation: Conversation }) {
  const t = useT();
  const { byId } = useTags();
  const { tag } = useActs();
  const mayWrite = useMay("conversations:write");
  const [open, setOpen] = useState(false);
  useCommands({ "conversation.tags": () => setOpen(true) });
  const toggle = (id: string) => void (conversation.tags.includes(id) ? tag(conversation, [], [id]) : tag(conversation, [id], []));
  return (
    <div className={styles.tags}>
      {conversation.tags.map((id) => (
        <Chip key={id} dot={byId.get(id)?.colour ?? "slate"} onRemove={mayWrite ? () => toggle(id) : undefined} removeLabel={t("tag.take_off", { name: byId.get(id)?.name ?? "" })}>
          {byId.get(id)?.name ?? "…"}
        </Chip>
      ))}
      {mayWrite && <TagPicker chosen={conversation.tags} open={open} onOpenChange={setOpen} onToggle={toggle} align="end" trigger={<IconButton size="s" label={t("cmd.tags")} keys={keysOf("conversation.tags")} icon={<Plus />} />} />}
    </div>
  );
}

/** Whose it is, how urgent, and what it is about. */
export function Details({ conversation }: { conversation: Conversation }) {
  const t = useT();
  const agents = useAgents();
  const teams = useTeams();
  const { change } = useActs();
  const mayWrite = useMay("conversations:write");
  const [teaming, setTeaming] = useState(false);
  const [ranking, setRanking] = useState(false);
  const { assignee_id: assigneeId, team_id: teamId, priority, number } = conversation;
  const assignee = assigneeId === null ? undefined : agents.byId.get(assigneeId);
  const team = teamId === null ? undefined : teams.byId.get(teamId);
  const Sign = SIGNS[priority];
  useCommands({ "conversation.team": () => setTeaming(true), "conversation.priority": () => setRanking(true) });
  return (
    <>
      <Section title={t("details.title")}>
        <dl className={styles.list}>
          <dt>{t("filter.assignee")}</dt>
          <dd>
            <AgentPicker
              chosen={assigneeId === null ? [] : [assigneeId]}
              align="end"
              onChoose={(id) => void change(conversation, { assignee_id: id })}
              trigger={
                <button type="button" disabled={!mayWrite} className={styles.value}>
                  {assignee ? <Avatar name={assignee.name} colour={assignee.avatar_colour} seed={assignee.id} size="xs" /> : <UserRound />}
                  <span>{assignee?.name ?? t("assignee.none")}</span>
                </button>
              }
            />
          </dd>
          <dt>{t("filter.team")}</dt>
          <dd>
            <TeamPicker
              chosen={teamId === null ? [] : [teamId]}
              open={teaming}
              onOpenChange={setTeaming}
              align="end"
              onChoose={(id) => void change(conversation, { team_id: id })}
              trigger={
                <button type="button" disabled={!mayWrite} className={styles.value}>
                  <UsersRound />
                  <span>{team?.name ?? t("team.none")}</span>
                </button>
              }
            />
          </dd>
          <dt>{t("filter.priority")}</dt>
          <dd>
            <Menu
              open={ranking}
              onOpenChange={setRanking}
              trigger={
                <button type="button" disabled={!mayWrite} className={styles.value} data-priority={priority}>
                  <Sign />
                  <span>{t(`priority.${priority}`)}</span>
                </button>
              }
            >
              {(["urgent", "high", "normal", "low"] as const).map((one) => (
                <MenuCheck key={one} checked={one === priority} onChange={() => void change(conversation, { priority: one })}>
                  {t(`priority.${one}`)}
                </MenuCheck>
              ))}
            </Menu>
          </dd>
          <dt>{t("filter.tag")}</dt>
          <dd>
            <Tags conversation={conversation} />
          </dd>
          <dt>{t("follow.title")}</dt>
          <dd>
            <Followers conversation={conversation} />
          </dd>
          <MoodTrend conversationId={conversation.id} />
          <CustomFields conversation={conversation} />
          <dt>{t("details.number")}</dt>
          <dd className={styles.plain}>#{number}</dd>
          <dt>{t("details.opened")}</dt>
          <dd className={styles.plain}>{formatDateTime(conversation.created_at)}</dd>
        </dl>
      </Section>
      <Promises conversation={conversation} />
      <Checklist conversation={conversation} />
    </>
  );
}
