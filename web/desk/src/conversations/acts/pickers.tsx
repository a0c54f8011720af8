import type { Id } from "@parley/client/types";
import { Avatar, PALETTE } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { Dot } from "@parley/ui/Chip";
import { Picker, type Choice } from "@parley/ui/Picker";
import { useQueryClient } from "@tanstack/react-query";
import { Plus, UserRoundX, UsersRound } from "lucide-react";
import type { ReactNode } from "react";

import { useAgents, useMay, useSelf, useTags, useTeams } from "@/lib/directory";
import { foldText } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { onlineAgents } from "@/lib/live/presence";
import { keys } from "@/lib/query";
import { useStore } from "@/lib/store";

import { createTag } from "../api";

type Base = { trigger: ReactNode; chosen: readonly Id[]; open?: boolean; onOpenChange?: (open: boolean) => void; align?: "start" | "end" };

const NOBODY = "none";

/** Whose conversation it is: the reader first, then who is here, then the others. */
export function AgentPicker({ onChoose, ...rest }: Base & { onChoose: (id: Id | null) => void }) {
  const t = useT();
  const { agent: self } = useSelf();
  const { items } = useAgents();
  const online = useStore(onlineAgents);
  const rank = (id: Id) => (id === self.id ? 0 : online.has(id) ? 1 : 2);
  const people = items.filter((one) => one.state === "active" && one.role !== "collaborator").sort((a, b) => rank(a.id) - rank(b.id) || a.name.localeCompare(b.name));
  const choices: Choice[] = [
    ...people.map((one) => ({
      id: one.id,
      text: one.name,
      show: one.id === self.id ? t("assignee.self", { name: one.name }) : one.name,
      icon: <Avatar name={one.name} colour={one.avatar_colour} seed={one.id} size="s" online={online.has(one.id)} />,
    })),
    { id: NOBODY, text: t("assignee.none"), icon: <UserRoundX /> },
  ];
  return <Picker {...rest} label={t("cmd.assign")} placeholder={t("pick.agent")} empty={t("pick.none")} choices={choices} onChoose={(id) => onChoose(id === NOBODY ? null : id)} />;
}

/** Which team it lies with. */
export function TeamPicker({ onChoose, ...rest }: Base & { onChoose: (id: Id | null) => void }) {
  const t = useT();
  const { items } = useTeams();
  const choices: Choice[] = [...items.map((one) => ({ id: one.id, text: one.name, icon: <UsersRound /> })), { id: NOBODY, text: t("team.none"), icon: <UserRoundX /> }];
  return <Picker {...rest} label={t("cmd.team")} placeholder={t("pick.team")} empty={t("pick.none")} choices={choices} onChoose={(id) => onChoose(id === NOBODY ? null : id)} />;
}

/** The tags; what is typed and does not exist can be made on the spot by who may. */
export function TagPicker({ onToggle, ...rest }: Base & { onToggle: (id: Id) => void }) {
  const t = useT();
  const client = useQueryClient();
  const { items } = useTags();
  const mayMake = useMay("settings:write");
  const choices: Choice[] = items.map((tag) => ({ id: tag.id, text: tag.name, icon: <Dot colour={tag.colour} /> }));
  const make = async (name: string) => {
    const tag = await createTag(name, PALETTE[(items.length * 4 + 9) % PALETTE.length] ?? "blue");
    await client.invalidateQueries({ queryKey: keys.directory("tags") });
    onToggle(tag.id);
  };
  const offer = (typed: string) => {
    const name = typed.trim();
    if (!mayMake || name === "" || items.some((tag) => foldText(tag.name) === foldText(name))) return t("pick.none");
    return (
      <Button size="s" tone="quiet" icon={<Plus />} onClick={() => void make(name)}>
        {t("pick.make_tag", { name })}
      </Button>
    );
  };
  return <Picker {...rest} many label={t("cmd.tags")} placeholder={t("pick.tag")} empty={offer} choices={choices} onChoose={onToggle} />;
}
