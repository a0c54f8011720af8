import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";

import styles from "./Toasts.module.css";

export type Toast = {
  id: number;
  text: string;
  detail?: string | undefined;
  tone?: "plain" | "red" | undefined;
  action?: { label: string; run: () => void } | undefined;
  /** How long it stays, in ms; errors stay until closed. */
  stay?: number | undefined;
  /** A line that runs out with the time: for what can be undone only so long. */
  countdown?: boolean | undefined;
};

let toasts: readonly Toast[] = [];
let serial = 0;
const watchers = new Set<() => void>();

function publish(next: readonly Toast[]): void {
  toasts = next;
  for (const watch of watchers) watch();
}

function subscribe(watch: () => void): () => void {
  watchers.add(watch);
  return () => { watchers.delete(watch); };
}

/** Says something at the corner of the window; returns its id for `dismiss`. At most three are shown. */
export function toast(given: Omit<Toast, "id">): number {
  serial += 1;
  publish([...toasts.slice(-2), { ...given, id: serial }]);
  return serial;
}

export function dismiss(id: number): void {
  publish(toasts.filter((one) => one.id !== id));
}

/** Takes the newest offer to undo, if there is one. Returns whether there was. */
export function undoNewest(): boolean {
  const newest = toasts.findLast((one) => one.action);
  if (!newest) return false;
  newest.action?.run();
  dismiss(newest.id);
  return true;
}

/** The place where toasts appear; once per page. */
export function Toasts({ label, closeLabel }: { label: string; closeLabel: string }) {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return createPortal(
    <section className={styles.region} aria-label={label} data-print="no">
      <ol className={styles.list} aria-live="polite" aria-relevant="additions">
        {shown.map((one) => (
          <ToastLine key={one.id} toast={one} closeLabel={closeLabel} />
        ))}
      </ol>
    </section>,
    document.body,
  );
}

function ToastLine({ toast: one, closeLabel }: { toast: Toast; closeLabel: string }) {
  const [held, setHeld] = useState(false);
  const { id, tone } = one;
  const stay = one.stay ?? (tone === "red" ? 12000 : 6000);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => { dismiss(id); }, stay);
    return () => { clearTimeout(timer); };
  }, [held, id, stay]);
  const Sign = tone === "red" ? CircleAlert : CircleCheck;
  return (
    <li className={styles.toast} data-tone={tone ?? "plain"} onPointerEnter={() => { setHeld(true); }} onPointerLeave={() => { setHeld(false); }}>
      <Sign className={styles.sign} />
      <div className={styles.words} role={tone === "red" ? "alert" : undefined}>
        <div>{one.text}</div>
        {one.detail !== undefined && <div className={styles.detail}>{one.detail}</div>}
      </div>
      {one.action && (
        <button
          type="button"
          className={styles.action}
          onClick={() => {
            one.action?.run();
            dismiss(id);
          }}
        >
          {one.action.label}
        </button>
      )}
      <button type="button" className={styles.close} aria-label={closeLabel} onClick={() => { dismiss(id); }}>
        <X />
      </button>
      {one.countdown && <span className={styles.countdown} style={{ animationDuration: `${stay}ms` }} data-held={held} />}
    </li>
  );
}
