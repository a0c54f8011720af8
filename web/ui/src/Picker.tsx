import { Command } from "cmdk";
import { Check } from "lucide-react";
import { useState, type ReactNode } from "react";

import styles from "./Picker.module.css";
import { Popover } from "./Popover";

export type Choice = {
  id: string;
  /** What is typed to find it. */
  text: string;
  show?: ReactNode;
  icon?: ReactNode;
  /** Said at the end of the line, faintly. */
  end?: ReactNode;
  /** The heading it stands under; choices of one group follow each other. */
  group?: string;
};

type PickerProps = {
  trigger: ReactNode;
  label: string;
  placeholder: string;
  /** Said when nothing matches; a function may offer to make what was typed. */
  empty: ReactNode | ((typed: string) => ReactNode);
  choices: readonly Choice[];
  chosen: readonly string[];
  onChoose: (id: string) => void;
  /** Stays open, so that several can be chosen. */
  many?: boolean;
  align?: "start" | "end";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  footer?: ReactNode;
};

function groupUp(choices: readonly Choice[]): [string, Choice[]][] {
  const groups = new Map<string, Choice[]>();
  for (const choice of choices) groups.set(choice.group ?? "", [...(groups.get(choice.group ?? "") ?? []), choice]);
  return [...groups];
}

/** Type to find, Enter to choose: the list behind assign, team, tag and the like. */
export function Picker(props: PickerProps) {
  const { trigger, label, placeholder, empty, choices, chosen, onChoose, many, align = "start", footer } = props;
  const [own, setOwn] = useState(false);
  const [typed, setTyped] = useState("");
  const open = props.open ?? own;
  const set = (next: boolean) => {
    setOwn(next);
    setTyped("");
    props.onOpenChange?.(next);
  };
  return (
    <Popover trigger={trigger} label={label} open={open} onOpenChange={set} align={align} width="m" flush>
      <Command label={label} loop className={styles.picker}>
        <Command.Input value={typed} onValueChange={setTyped} placeholder={placeholder} className={styles.input} />
        <Command.List className={styles.list} label={label}>
          <Command.Empty className={styles.empty}>{typeof empty === "function" ? empty(typed) : empty}</Command.Empty>
          {groupUp(choices).map(([group, members]) => (
            <Command.Group key={group} {...(group !== "" && { heading: group })} className={styles.group}>
              {members.map((choice) => (
                <Command.Item
                  key={choice.id}
                  value={choice.id}
                  keywords={[choice.text]}
                  className={styles.item}
                  onSelect={() => {
                    onChoose(choice.id);
                    if (!many) set(false);
                  }}
                >
                  {choice.icon}
                  <span className={styles.words}>{choice.show ?? choice.text}</span>
                  {choice.end !== undefined && <span className={styles.end}>{choice.end}</span>}
                  {chosen.includes(choice.id) && <Check className={styles.check} />}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
        </Command.List>
        {footer !== undefined && <div className={styles.foot}>{footer}</div>}
      </Command>
    </Popover>
  );
}
