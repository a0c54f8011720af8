import { IconButton } from "@parley/ui/IconButton";
import { Check, Copy } from "lucide-react";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";

import styles from "./CodeBlock.module.css";

/** Code to be copied. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  const t = useT();
  const [done, setDone] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(code).then(() => {
      setDone(true);
      setTimeout(() => setDone(false), 1500);
    });
  };
  return (
    <div className={styles.block}>
      {/* A scrolling region must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={styles.code} tabIndex={0} role="region" aria-label={label} dir="ltr">
        {code}
      </pre>
      <IconButton className={styles.copy} size="s" label={t(done ? "act.copied" : "action.copy")} icon={done ? <Check /> : <Copy />} onClick={copy} />
    </div>
  );
}
