import { Fragment } from "react";

import styles from "./Keys.module.css";

const APPLE = typeof navigator !== "undefined" && /Mac OS X|iPhone|iPad/.test(navigator.userAgent);

const SIGNS: Record<string, string> = {
  mod: APPLE ? "⌘" : "Ctrl",
  shift: APPLE ? "⇧" : "Shift",
  alt: APPLE ? "⌥" : "Alt",
  enter: "↵",
  escape: "Esc",
  up: "↑",
  down: "↓",
};

/** A key or a combination: "mod+k" is pressed together, "g i" one after the other. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={styles.keys}>
      {keys.split(" ").map((stroke, i) => (
        <Fragment key={i}>
          {stroke.split("+").map((key) => (
            <kbd key={key} className={styles.key}>
              {SIGNS[key] ?? (key.length === 1 ? key.toUpperCase() : key)}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
