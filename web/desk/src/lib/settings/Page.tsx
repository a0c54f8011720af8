import type { ReactNode } from "react";

import styles from "./Page.module.css";

type PageProps = { title: string; intro?: ReactNode; action?: ReactNode; wide?: boolean; children: ReactNode };

/** A page of settings: what it is, what it is for, and its contents. */
export function Page({ title, intro, action, wide, children }: PageProps) {
  return (
    <div className={styles.page} data-wide={wide}>
      <header className={styles.head}>
        <div className={styles.words}>
          <h1 className={styles.title}>{title}</h1>
          {intro !== undefined && <p className={styles.intro}>{intro}</p>}
        </div>
        {action}
      </header>
      {children}
    </div>
  );
}

/** A part of a page with its own heading. */
export function Part({ title, intro, action, children }: { title?: string; intro?: ReactNode; action?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.part}>
      {title !== undefined && (
        <header className={styles.partHead}>
          <div className={styles.words}>
            <h2>{title}</h2>
            {intro !== undefined && <p className={styles.intro}>{intro}</p>}
          </div>
          {action}
        </header>
      )}
      {children}
    </section>
  );
}

/** Records below each other, each with its acts at the end. */
export function RecordList({ children, label }: { children: ReactNode; label: string }) {
  return (
    <ul className={styles.records} aria-label={label}>
      {children}
    </ul>
  );
}

type RecordProps = { icon?: ReactNode; title: ReactNode; meta?: ReactNode; marks?: ReactNode; actions?: ReactNode };

export function Record({ icon, title, meta, marks, actions }: RecordProps) {
  return (
    <li className={styles.record}>
      {icon}
      <div className={styles.words}>
        <div className={styles.recordTitle}>
          {title}
          {marks}
        </div>
        {meta !== undefined && <div className={styles.meta}>{meta}</div>}
      </div>
      {actions}
    </li>
  );
}
