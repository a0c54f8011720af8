import type { Sort, View } from "@parley/client/types";
import { Chip } from "@parley/ui/Chip";
import { cx } from "@parley/ui/cx";
import { IconButton } from "@parley/ui/IconButton";
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuLine, MenuSub } from "@parley/ui/Menu";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronLeft, ListFilter, Save, Search, SquarePen, Trash2 } from "lucide-react";
import { useState } from "react";

import { runCommand } from "@/lib/commands/useCommands";
import { useAgents, useChannels, useMay, useTags, useTeams } from "@/lib/directory";
import { formatCount } from "@/lib/format/text";
import { formatDate } from "@/lib/format/time";
import { tName, type Key } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import styles from "./ListHead.module.css";
import type { Narrowing } from "./ListPane";
import { SaveView, useRemoveView } from "./SaveView";

type Name = "assignee" | "team" | "channel" | "tag" | "priority";

const SORTS: readonly Sort[] = ["newest", "oldest", "waiting", "priority", "due"];
const LABELS: Record<Name, Key> = { assignee: "filter.assignee", team: "filter.team", channel: "filter.channel", tag: "filter.tag", priority: "filter.priority" };

function useChoices(): Record<Name, { id: string; name: string }[]> {
  const t = useT();
  const agents = useAgents();
  const teams = useTeams();
  const channels = useChannels();
  const tags = useTags();
  return {
    assignee: [{ id: "me", name: t("assignee.me") }, { id: "none", name: t("assignee.none") }, ...agents.items.filter((one) => one.state === "active")],
    team: teams.items,
    channel: channels.items,
    tag: tags.items,
    priority: (["urgent", "high", "normal", "low"] as const).map((id) => ({ id, name: t(`priority.${id}`) })),
  };
}

type ListHeadProps = { view: string; found: View | undefined; narrowing: Narrowing; sort: Sort };

/** The name of the view, how it is sorted, and what narrows it. */
export function ListHead({ view, found, narrowing, sort }: ListHeadProps) {
  const t = useT();
  const navigate = useNavigate();
  const choices = useChoices();
  const [saving, setSaving] = useState(false);
  const removeView = useRemoveView();
  const writer = useMay("conversations:write");
  const set = (change: Narrowing) => void navigate({ to: ".", search: (old: Narrowing) => ({ ...old, ...change }) });
  const names = (Object.keys(LABELS) as Name[]).filter((name) => narrowing[name] !== undefined);
  const begun = narrowing.created_from === undefined ? null : formatDate(narrowing.created_from);
  const saved = found?.id ? found : null;
  const title = saved?.name ?? tName("view", view);
  return (
    <header className={styles.head}>
      <div className={styles.line}>
        <Link to="/inbox" className={styles.back} aria-label={t("nav.views")}>
          <ChevronLeft className="mirrored" />
        </Link>
        <h1 className={styles.title}>{title}</h1>
        {found !== undefined && found.count > 0 && <span className={styles.count}>{formatCount(found.count)}</span>}
        <span className={styles.space} />
        <Link to="/search" className={styles.find} aria-label={t("nav.search")}>
          <Search />
        </Link>
        <Menu trigger={<IconButton size="s" label={t("list.arrange")} icon={<ListFilter />} className={styles.tool} />}>
          <MenuLabel>{t("list.sort")}</MenuLabel>
          {SORTS.map((one) => (
            <MenuCheck key={one} checked={one === sort} onChange={() => set({ sort: one })}>
              {t(`sort.${one}`)}
            </MenuCheck>
          ))}
          <MenuLine />
          <MenuLabel>{t("list.narrow")}</MenuLabel>
          {(Object.keys(LABELS) as Name[]).map((name) => (
            <MenuSub key={name} label={t(LABELS[name])}>
              {choices[name].length === 0 && <MenuLabel>{t("list.nothing_here")}</MenuLabel>}
              {choices[name].map((choice) => (
                <MenuCheck key={choice.id} checked={narrowing[name] === choice.id} onChange={(on) => set({ [name]: on ? choice.id : undefined })}>
                  {choice.name}
                </MenuCheck>
              ))}
            </MenuSub>
          ))}
          <MenuLine />
          <MenuItem icon={<Save />} onSelect={() => setSaving(true)}>
            {t("view.save")}
          </MenuItem>
          {saved && (
            <MenuItem icon={<Trash2 />} danger onSelect={() => removeView(saved)}>
              {t("view.remove")}
            </MenuItem>
          )}
        </Menu>
        {writer && <IconButton size="s" className={cx(styles.tool, styles.compose)} label={t("cmd.new")} icon={<SquarePen />} onClick={() => runCommand("new")} />}
      </div>
      {(names.length > 0 || begun !== null) && (
        <div className={styles.chips}>
          {begun !== null && (
            <Chip tone="accent" onRemove={() => set({ created_from: undefined, created_to: undefined })} removeLabel={t("filter.remove", { name: t("filter.begun") })}>
              {t("filter.shown", { name: t("filter.begun"), value: begun })}
            </Chip>
          )}
          {names.map((name) => (
            <Chip key={name} tone="accent" onRemove={() => set({ [name]: undefined })} removeLabel={t("filter.remove", { name: t(LABELS[name]) })}>
              {t("filter.shown", { name: t(LABELS[name]), value: choices[name].find((one) => one.id === narrowing[name])?.name ?? "…" })}
            </Chip>
          ))}
          <button type="button" className={styles.save} onClick={() => setSaving(true)}>
            {t("view.save")}
          </button>
        </div>
      )}
      {saving && <SaveView view={view} found={found} narrowing={narrowing} sort={sort} onClose={() => setSaving(false)} />}
    </header>
  );
}
