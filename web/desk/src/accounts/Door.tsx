import type { ReactNode } from "react";

import icon from "@/lib/mark.svg";
import { LOCALES, setLocale, i18n } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";

import styles from "./Door.module.css";

/** The frame of every page in front of the desk: sign-in, set-up, a lost password. */
export function Door({ title, intro, footer, children }: { title: string; intro?: ReactNode; footer?: ReactNode; children: ReactNode }) {
  const t = useT();
  const { locale } = useStore(i18n);
  return (
    <main className={styles.room}>
      <div className={styles.door}>
        <header className={styles.head}>
          <img src={icon} alt="" className={styles.mark} width={40} height={40} />
          <h1 className={styles.title}>{title}</h1>
          {intro !== undefined && <p className={styles.intro}>{intro}</p>}
        </header>
        {children}
        {footer !== undefined && <div className={styles.foot}>{footer}</div>}
      </div>
      <select className={styles.language} value={locale} aria-label={t("field.language")} onChange={(event) => void setLocale(event.target.value, true)}>
        {Object.entries(LOCALES).map(([tag, name]) => (
          <option key={tag} value={tag}>
            {name}
          </option>
        ))}
      </select>
    </main>
  );
}
