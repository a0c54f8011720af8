import { useInertPage } from "@parley/ui/Dialog";
import { Keys } from "@parley/ui/Keys";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { ArrowRight, Hash, Search, type LucideIcon } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState, type ReactNode } from "react";

import { COMMAND_IDS, COMMANDS, GROUPS } from "@/lib/commands/table";
import { findHandler } from "@/lib/commands/useCommands";
import { useViews } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";

import { rankMatch } from "./rankMatch";
import styles from "./Palette.module.css";
import { nameView } from "./ViewList";

type LineProps = { value: string; icon?: LucideIcon; keys?: string | undefined; onSelect: () => void; children: ReactNode };

function Line({ value, icon: Sign = ArrowRight, keys, onSelect, children }: LineProps) {
  return (
    <Command.Item value={value} className={styles.item} onSelect={onSelect}>
      <Sign className="mirrored" />
      <span className={styles.words}>{children}</span>
      {keys !== undefined && <Keys keys={keys} />}
    </Command.Item>
  );
}

function Lines({ typed, onRun }: { typed: string; onRun: (run: () => void) => void }) {
  const t = useT();
  const navigate = useNavigate();
  const { data: views } = useViews();
  const number = /^#?(\d+)$/.exec(typed.trim())?.[1];
  return (
    <>
      {number !== undefined && (
        <Line value={typed} icon={Hash} onSelect={() => onRun(() => void navigate({ to: "/search", search: { q: `number:${number}` } }))}>
          {t("palette.number", { number })}
        </Line>
      )}
      {GROUPS.map((group) => {
        const ids = COMMAND_IDS.filter((id) => COMMANDS[id].group === group && id !== "palette" && findHandler(id));
        if (ids.length === 0) return null;
        return (
          <Command.Group key={group} heading={t(`cmdgroup.${group}`)} className={styles.group}>
            {ids.map((id) => (
              <Line key={id} value={t(COMMANDS[id].label)} keys={COMMANDS[id].keys} onSelect={() => onRun(() => findHandler(id)?.())}>
                {t(COMMANDS[id].label)}
              </Line>
            ))}
          </Command.Group>
        );
      })}
      <Command.Group heading={t("palette.views")} className={styles.group}>
        {views.filter((view) => view.id !== null).map((view) => (
          <Line key={view.key} value={nameView(view)} onSelect={() => onRun(() => void navigate({ to: "/inbox/$view", params: { view: view.key } }))}>
            {nameView(view)}
          </Line>
        ))}
      </Command.Group>
      {typed.trim() !== "" && (
        <Command.Group forceMount className={styles.group}>
          <Command.Item forceMount value={`\u0000${typed}`} className={styles.item} onSelect={() => onRun(() => void navigate({ to: "/search", search: { q: typed.trim() } }))}>
            <Search />
            <span className={styles.words}>{t("palette.search", { q: typed.trim() })}</span>
          </Command.Item>
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
              <Command.Input className={styles.input} value={typed} onValueChange={setTyped} placeholder={t("palette.placeholder")} />
              <Command.List className={styles.list} label={t("cmd.palette")}>
                <Lines typed={typed} onRun={run} />
              </Command.List>
            </Command>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
