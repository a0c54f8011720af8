import { cx } from "@parley/ui/cx";
import { Link, Navigate, useLocation } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

import { useSelf } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { useWide } from "@/lib/useWide";

import { AllowedPage } from "../AllowedPage";
import { SETTINGS } from "../needed";
import { listPlaces } from "../places";
import styles from "./SettingsRoute.module.css";

/** Every page of settings, and the one that is open. */
export function SettingsRoute(): ReactNode {
  const t = useT();
  const { permissions } = useSelf().agent;
  const top = useLocation({ select: (place) => /^\/settings\/?$/.test(place.pathname) });
  return (
    <div className={styles.settings} data-top={top}>
      <div className={styles.menu}>
        <header className={styles.head}>
          <Link to="/inbox" className={styles.back} aria-label={t("nav.views")}>
            <ChevronLeft className="mirrored" />
          </Link>
          <h1>{t("nav.settings")}</h1>
        </header>
        {listPlaces(permissions).map((group) => (
          <section key={group.title}>
            <h2 className={styles.title}>{t(group.title)}</h2>
            <ul>
              {group.places.map(({ to, label, sign: Sign }) => (
                <li key={to}>
                  <Link to={to} className={styles.link} activeProps={{ className: cx(styles.link, styles.active) }}>
                    <Sign />
                    <span>{t(label)}</span>
                    <ChevronRight className={cx("mirrored", styles.into)} />
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <div className={styles.page}>
        <Link to="/settings" className={styles.up}>
          <ChevronLeft className="mirrored" />
          {t("nav.settings")}
        </Link>
        <AllowedPage of={SETTINGS} />
      </div>
    </div>
  );
}

/** Nobody stays here on a wide screen. */
export function SettingsIndex(): ReactNode {
  return useWide("48.01rem") ? <Navigate to="/settings/profile" replace /> : null;
}
