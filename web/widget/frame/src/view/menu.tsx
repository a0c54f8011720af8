/** The few things that are always possible. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../i18n";
import { Icon } from "./icons";
import type { IconName } from "./icons";
import { IconButton } from "./parts";

export interface MenuItem {
  icon: IconName;
  label: string;
  onPick: () => void;
}

export function Menu({ items }: { items: readonly MenuItem[] }): VNode {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const leave = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
    };
  }, [open]);

  function close(): void {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  }

  function move(event: KeyboardEvent): void {
    const all = [...(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) all[(at + step + all.length) % all.length]?.focus();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class="menu" ref={root}>
      <IconButton icon="more" label={t("menu")} expanded={open} onClick={() => setOpen(!open)} />
      {open && (
        <div role="menu" tabIndex={-1} aria-label={t("menu")} onKeyDown={move}>
          {items.map(({ icon, label, onPick }) => (
            <button
              key={label}
              type="button"
              role="menuitem"
              onClick={() => {
                close();
                onPick();
              }}
            >
              <Icon name={icon} />
              {label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
