import type { ReactNode } from "react";

import styles from "./Empty.module.css";

type EmptyProps = { icon?: ReactNode; title: ReactNode; children?: ReactNode; action?: ReactNode };

/** What a page says before there is anything on it: what it is for, and the one thing to do next. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className={styles.empty}>
      {icon !== undefined && <div className={styles.icon}>{icon}</div>}
      <h2 className={styles.title}>{title}</h2>
      {children !== undefined && <p className={styles.words}>{children}</p>}
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </div>
  );
}
