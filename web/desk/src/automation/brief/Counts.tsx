import { Flame, Timer } from "lucide-react";
import type { ReactNode } from "react";

import { ChannelSign } from "@/lib/ChannelSign";
import { formatLanguage, formatNumber } from "@/lib/format/text";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import type { Summary } from "./api";
import styles from "./Brief.module.css";
import { isOn, listCounts, NO_INTENT, NO_LANGUAGE, toggle, type BriefSearch, type Count } from "./narrowing";

type CountsProps = { summary: Summary; search: BriefSearch; onChange: (next: BriefSearch) => void };
type PillProps = Omit<CountsProps, "summary"> & { count: Count; icon?: ReactNode; tone?: "red"; children: string };

/** A count that narrows the list while it is pressed. */
function Pill({ count, search, onChange, icon, tone, children }: PillProps) {
  return (
    <button type="button" className={styles.pill} data-tone={tone} aria-pressed={isOn(search, count.search)} onClick={() => onChange(toggle(search, count.search))}>
      {icon}
      <span>{children}</span>
      <b>{formatNumber(count.n)}</b>
    </button>
  );
}

/** How much waits and what it is about; each count shows only its own when it is pressed. */
export function Counts({ summary, search, onChange }: CountsProps) {
  const t = useT();
  const { kind, about, speaks } = listCounts(summary);
  const bare = Object.keys(search).length === 0;
  const shared = { search, onChange };
  return (
    <div className={styles.counts} role="group" aria-label={t("brief.counts")}>
      <div className={styles.group}>
        <button type="button" className={styles.pill} aria-pressed={bare} onClick={() => onChange({})}>
          <span>{t("brief.all")}</span>
          <b>{formatNumber(summary.total)}</b>
        </button>
        {(summary.overdue > 0 || search.late) && (
          <Pill {...shared} count={{ search: { late: true }, key: "late", n: summary.overdue }} icon={<Timer />} tone="red">
            {t("brief.overdue")}
          </Pill>
        )}
        {(summary.furious > 0 || search.furious) && (
          <Pill {...shared} count={{ search: { furious: true }, key: "furious", n: summary.furious }} icon={<Flame />} tone="red">
            {t("mood.furious")}
          </Pill>
        )}
      </div>
      <div className={styles.group} role="group" aria-label={t("brief.by_channel")}>
        {kind.map((one) => (
          <Pill key={one.key} {...shared} count={one} icon={<ChannelSign kind={one.key} />}>
            {tName("channel", one.key)}
          </Pill>
        ))}
      </div>
      {about.some((one) => one.key !== NO_INTENT) && (
        <div className={styles.group} role="group" aria-label={t("brief.by_intent")}>
          {about.map((one) => (
            <Pill key={one.key} {...shared} count={one}>
              {one.key === NO_INTENT ? t("brief.no_intent") : tName("choice", one.key)}
            </Pill>
          ))}
        </div>
      )}
      {speaks.some((one) => one.key !== NO_LANGUAGE) && (
        <div className={styles.group} role="group" aria-label={t("brief.by_language")}>
          {speaks.map((one) => (
            <Pill key={one.key} {...shared} count={one}>
              {one.key === NO_LANGUAGE ? t("brief.no_language") : formatLanguage(one.key)}
            </Pill>
          ))}
        </div>
      )}
    </div>
  );
}
