import type { HoursPeriod } from "@parley/client/types";
import { IconButton } from "@parley/ui/IconButton";
import { Plus, X } from "lucide-react";

import { useT } from "@/lib/i18n/useT";

import styles from "./HoursDialog.module.css";
import { isBroken, nameDays } from "./week";

function Day({ name, none, list, onChange }: { name: string; none: string; list: readonly HoursPeriod[]; onChange: (list: HoursPeriod[]) => void }) {
  const t = useT();
  const day = list[0]?.day ?? 0;
  const set = (i: number, part: Partial<HoursPeriod>) => onChange(list.map((one, at) => (at === i ? { ...one, ...part } : one)));
  return (
    <div className={styles.day}>
      <span className={styles.name}>{name}</span>
      <div className={styles.periods}>
        {list.length === 0 && <span className={styles.closed}>{none}</span>}
        {list.map((one, i) => (
          <span key={i} className={styles.period}>
            <input type="time" aria-label={t("hours.opens", { day: name })} value={one.from} onChange={(event) => set(i, { from: event.target.value })} />–
            <input type="time" aria-label={t("hours.closes", { day: name })} value={one.to} onChange={(event) => set(i, { to: event.target.value })} />
            <IconButton size="s" label={t("action.remove")} icon={<X />} onClick={() => onChange(list.filter((_, at) => at !== i))} />
          </span>
        ))}
        {isBroken(list) && <span className={styles.wrong}>{t("hours.broken")}</span>}
      </div>
      <IconButton size="s" label={t("hours.add_period", { day: name })} icon={<Plus />} onClick={() => onChange([...list, { day, from: list.at(-1)?.to ?? "09:00", to: list.length > 0 ? "23:00" : "17:00" }])} />
    </div>
  );
}

/** Seven days (Monday first), each with its periods; `none` is said of a day without any. */
export function WeekGrid({ week, none, onChange }: { week: readonly HoursPeriod[][]; none: string; onChange: (week: HoursPeriod[][]) => void }) {
  const days = nameDays("long");
  return (
    <div>
      {week.map((list, day) => (
        <Day key={day} name={days[day] ?? ""} none={none} list={list} onChange={(next) => onChange(week.map((was, i) => (i === day ? next : was)))} />
      ))}
    </div>
  );
}
