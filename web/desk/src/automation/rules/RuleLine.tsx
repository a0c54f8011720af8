import { Chip } from "@parley/ui/Chip";
import { CheckField } from "@parley/ui/Field";
import { IconButton } from "@parley/ui/IconButton";
import { Menu, MenuItem } from "@parley/ui/Menu";
import { Link, useNavigate } from "@tanstack/react-router";
import { Archive, ArrowDown, ArrowUp, Copy, Ellipsis, GripVertical, Pencil } from "lucide-react";
import type { KeyboardEvent } from "react";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";

import type { RuleRow } from "./api";
import styles from "./Rules.module.css";

type RuleLineProps = {
  rule: RuleRow;
  number: number;
  last: number;
  sentence: string;
  movable: boolean;
  dragged: boolean;
  onDrag: (id: string | null) => void;
  onDrop: () => void;
  onMove: (by: number) => void;
  onTurn: (enabled: boolean) => void;
  onCopy: () => void;
  onArchive: () => void;
};

/** One rule as a sentence, with its switch; moved by its grip with the pointer or the arrow keys. */
export function RuleLine({ rule, number, last, sentence, movable, dragged, onDrag, onDrop, onMove, onTurn, onCopy, onArchive }: RuleLineProps) {
  const t = useT();
  const navigate = useNavigate();
  const mayWrite = useMay("automation:write");
  const press = (event: KeyboardEvent) => {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (by === 0) return;
    event.preventDefault();
    onMove(by);
  };
  return (
    // The pointer's way to move it; the keyboard has the grip and the menu.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      className={styles.rule}
      data-off={!rule.enabled}
      data-dragged={dragged}
      draggable={movable}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        onDrag(rule.id);
      }}
      onDragEnd={() => onDrag(null)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
    >
      <button type="button" className={styles.grip} aria-label={t("rules.grip", { name: rule.name })} disabled={!movable} onKeyDown={press}>
        <span>{number}</span>
        <GripVertical />
      </button>
      <div className={styles.words}>
        <div className={styles.title}>
          <Link to="/settings/rules/$id" params={{ id: rule.id }}>
            <bdi>{rule.name}</bdi>
          </Link>
          {rule.rule.stop === true && <Chip size="s">{t("rules.stops")}</Chip>}
        </div>
        <p className={styles.sentence}>{sentence}</p>
        {rule.fault ? <p className={styles.fault}>{t("rules.fault", { text: rule.fault })}</p> : <p className={styles.faint}>{t("rules.matched", { n: rule.matched })}</p>}
      </div>
      <CheckField as="switch" label={<span className="sr-only">{t("rules.switch", { name: rule.name })}</span>} checked={rule.enabled} disabled={!mayWrite} onChange={(event) => onTurn(event.target.checked)} />
      {mayWrite && (
        <Menu trigger={<IconButton size="s" label={t("record.menu", { name: rule.name })} icon={<Ellipsis />} />}>
          <MenuItem icon={<Pencil />} onSelect={() => void navigate({ to: "/settings/rules/$id", params: { id: rule.id } })}>
            {t("action.edit")}
          </MenuItem>
          <MenuItem icon={<Copy />} onSelect={onCopy}>
            {t("action.duplicate")}
          </MenuItem>
          <MenuItem icon={<ArrowUp />} disabled={number === 1 || !movable} onSelect={() => onMove(-1)}>
            {t("rules.earlier")}
          </MenuItem>
          <MenuItem icon={<ArrowDown />} disabled={number === last || !movable} onSelect={() => onMove(1)}>
            {t("rules.later")}
          </MenuItem>
          <MenuItem icon={<Archive />} danger onSelect={onArchive}>
            {t("rules.archive")}
          </MenuItem>
        </Menu>
      )}
    </li>
  );
}
