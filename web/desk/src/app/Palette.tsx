import { useInertPage } from "@parley/ui/Dialog";
import { Keys } from "@parley/ui/Keys";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { ArrowRight, Hash, Search, type LucideIcon } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState, type ReactNode } from "react";

import { listRecent, noteRecent } from "@/lib/commands/recent";
import { COMMAND_IDS, COMMANDS, type CommandGroup, type CommandId } from "@/lib/commands/table";
import { findHandler } from "@/lib/commands/useCommands";
import { useSelf, useViews } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";

import { COMMAND_SIGNS } from "./commandSigns";
import styles from "./Palette.module.css";
import { listPlaces } from "./places";
import { rankMatch } from "./rankMatch";
import { nameView } from "./ViewList";

/** What is done with the open conversation first, moving about last. */
const ORDER: readonly CommandGroup[] = ["conversation", "write", "go", "app", "move"];
// Before a name it makes the entry another one for the list, and no typed text begins with it.
const AGAIN = "\u0000";

type LineProps = { value: string; icon?: LucideIcon; keys?: string | undefined; onSelect: () => void; children: ReactNode; force?: boolean };
type Run = (act: () => void) => void;

function Line({ value, icon: Sign = ArrowRight, keys, onSelect, children, force = false }: LineProps) {
  return (
    <Command.Item value={value} className={styles.item} onSelect={onSelect} forceMount={force}>
      <Sign className="mirrored" />
      <span className={styles.words} dir="auto">
        {children}
      </span>
      {keys !== undefined && <Keys keys={keys} />}
    </Command.Item>
  );
}

function CommandLines({ title, ids, prefix = "", onRun }: { title: string; ids: readonly CommandId[]; prefix?: string; onRun: Run }) {
  const t = useT();
  if (ids.length === 0) return null;
  return (
    <Command.Group heading={title} className={styles.group}>
      {ids.map((id) => {
        const { label, keys } = COMMANDS[id];
        const run = () => {
          noteRecent(id);
          onRun(() => findHandler(id)?.());
        };
        return (
          <Line key={id} value={`${prefix}${t(label)}`} icon={COMMAND_SIGNS[id]} keys={keys} onSelect={run}>
            {t(label)}
          </Line>
        );
      })}
    </Command.Group>
  );
}

function PageLines({ onRun }: { onRun: Run }) {
  const t = useT();
  const navigate = useNavigate();
  const { data: views } = useViews();
  const { agent } = useSelf();
  const own = views.filter((view) => view.id !== null);
  return (
    <>
      {own.length > 0 && (
        <Command.Group heading={t("palette.views")} className={styles.group}>
          {own.map((view) => (
            <Line key={view.key} value={nameView(view)} onSelect={() => onRun(() => void navigate({ to: "/inbox/$view", params: { view: view.key } }))}>
              {nameView(view)}
            </Line>
          ))}
        </Command.Group>
      )}
      <Command.Group heading={t("nav.settings")} className={styles.group}>
        {listPlaces(agent.permissions).flatMap((group) =>
          group.places.map(({ to, label, sign }) => (
            <Line key={to} value={`${t(label)} ${t("nav.settings")}`} icon={sign} onSelect={() => onRun(() => void navigate({ to }))}>
              {t(label)}
            </Line>
          )),
        )}
      </Command.Group>
    </>
  );
}

function Lines({ typed, onRun }: { typed: string; onRun: Run }) {
  const t = useT();
  const navigate = useNavigate();
  const [recent] = useState(listRecent);
  const words = typed.trim();
  const number = /^#?(\d+)$/.exec(words)?.[1];
  const find = (q: string) => onRun(() => void navigate({ to: "/search", search: { q } }));
  const offered = (id: CommandId) => id !== "palette" && findHandler(id) !== undefined;
  return (
    <>
      {number !== undefined && (
        <Line value={typed} icon={Hash} onSelect={() => find(`number:${number}`)}>
          {t("palette.number", { number })}
        </Line>
      )}
      {words === "" && <CommandLines title={t("palette.recent")} ids={recent.filter(offered)} prefix={AGAIN} onRun={onRun} />}
      {ORDER.map((group) => (
        <CommandLines key={group} title={t(`cmdgroup.${group}`)} ids={COMMAND_IDS.filter((id) => COMMANDS[id].group === group && offered(id))} onRun={onRun} />
      ))}
      <PageLines onRun={onRun} />
      {words !== "" && (
        <Command.Group forceMount className={styles.group}>
          <Line force value={`${AGAIN}${typed}`} icon={Search} onSelect={() => find(words)}>
            {t("palette.search", { q: words })}
          </Line>
        </Command.Group>
      )}
    </>
  );
}

/** Every command of the page by its name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [typed, setTyped] = useState("");
  useInertPage(true);
  const run = (act: () => void) => {
    onClose();
    // The dialog gives the focus back first; what the command opens then takes it.
    setTimeout(act, 0);
  };
  return (
    <Dialog.Root open onOpenChange={(next) => { if (!next) onClose(); }}>
      <Dialog.Portal>
        <div className={styles.veil}>
          <Dialog.Content className={styles.sheet} aria-describedby={undefined}>
            <Dialog.Title className="sr-only">{t("cmd.palette")}</Dialog.Title>
            <Command label={t("cmd.palette")} loop filter={rankMatch}>
              <div className={styles.field}>
                <Search />
                <Command.Input className={styles.input} value={typed} onValueChange={setTyped} placeholder={t("palette.placeholder")} />
              </div>
              <Command.List className={styles.list} label={t("cmd.palette")}>
                <Lines typed={typed} onRun={run} />
              </Command.List>
              <p className={styles.foot} aria-hidden="true">
                <Keys keys="up" />
                <Keys keys="down" /> {t("palette.move")}
                <Keys keys="enter" /> {t("palette.run")}
                <Keys keys="escape" /> {t("palette.leave")}
              </p>
            </Command>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
