import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { cx } from "./cx";
import styles from "./Notice.module.css";

type NoticeProps = { tone?: "plain" | "red" | "amber" | "green"; title?: ReactNode; action?: ReactNode; children?: ReactNode };

const SIGNS = { plain: Info, red: CircleAlert, amber: TriangleAlert, green: CircleCheck };

/** Something the reader should know before going on. */
export function Notice({ tone = "plain", title, action, children }: NoticeProps) {
  const Sign = SIGNS[tone];
  return (
    <div className={cx(styles.notice, styles[tone])} role={tone === "red" ? "alert" : "status"}>
      <Sign className={styles.sign} />
      <div className={styles.words}>
        {title !== undefined && <strong className={styles.title}>{title}</strong>}
        {children !== undefined && <div>{children}</div>}
      </div>
      {action}
    </div>
  );
}
