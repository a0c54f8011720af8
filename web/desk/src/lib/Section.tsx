import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

import styles from "./Section.module.css";

type SectionProps = { title: string; action?: ReactNode; open?: boolean; children: ReactNode };

/** A part of a side panel that can be folded. */
export function Section({ title, action, open = true, children }: SectionProps) {
  return (
    <details className={styles.section} open={open}>
      <summary className={styles.head}>
        <ChevronRight className="mirrored" />
        <h2 className={styles.title}>{title}</h2>
        {action}
      </summary>
      <div className={styles.body}>{children}</div>
    </details>
  );
}
