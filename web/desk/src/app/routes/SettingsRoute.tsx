import type { Permission } from "@parley/client/types";
import { cx } from "@parley/ui/cx";
import { Link, Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";

import { useSelf } from "@/lib/directory";
import type { Key } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { useWide } from "@/lib/useWide";

import styles from "./SettingsRoute.module.css";

type Place = { to: string; label: Key; needs?: Permission };

const GROUPS: { title: Key; places: Place[] }[] = [
  {
    title: "settings.you",
    places: [
      { to: "/settings/profile", label: "settings.profile" },
      { to: "/settings/security", label: "settings.security" },
      { to: "/settings/notifications", label: "settings.notifications" },
    ],
  },
  {
    title: "settings.team",
    places: [
      { to: "/settings/workspace", label: "settings.workspace", needs: "settings:write" },
      { to: "/settings/agents", label: "settings.agents" },
      { to: "/settings/teams", label: "settings.teams" },
      { to: "/settings/hours", label: "settings.hours", needs: "settings:write" },
    ],
  },
  {
    title: "settings.inbox",
    places: [
      { to: "/settings/channels", label: "settings.channels" },
      { to: "/settings/brands", label: "settings.brands", needs: "settings:write" },
      { to: "/settings/tags", label: "settings.tags" },
      { to: "/settings/fields", label: "settings.fields", needs: "settings:write" },
      { to: "/settings/checklists", label: "settings.checklists" },
      { to: "/settings/automation", label: "settings.automation" },
    ],
  },
  {
    title: "settings.platform",
    places: [
      { to: "/settings/tokens", label: "settings.tokens", needs: "tokens:write" },
      { to: "/settings/webhooks", label: "settings.webhooks", needs: "webhooks:write" },
      { to: "/settings/audit", label: "settings.audit", needs: "audit:read" },
    ],
  },
];

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
        {GROUPS.map((group) => {
          const places = group.places.filter((place) => place.needs === undefined || permissions.includes(place.needs));
          return places.length === 0 ? null : (
            <section key={group.title}>
              <h2 className={styles.title}>{t(group.title)}</h2>
              <ul>
                {places.map((place) => (
                  <li key={place.to}>
                    <Link to={place.to} className={styles.link} activeProps={{ className: cx(styles.link, styles.active) }}>
                      {t(place.label)}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
      <div className={styles.page}>
        <Link to="/settings" className={styles.up}>
          <ChevronLeft className="mirrored" />
          {t("nav.settings")}
        </Link>
        <Outlet />
      </div>
    </div>
  );
}

/** Nobody stays here on a wide screen. */
export function SettingsIndex(): ReactNode {
  return useWide("48.01rem") ? <Navigate to="/settings/profile" replace /> : null;
}
