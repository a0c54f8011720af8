import type { BusinessHours, HoursPeriod } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { TextField } from "@parley/ui/Field";
import { IconButton } from "@parley/ui/IconButton";
import { Notice } from "@parley/ui/Notice";
import { Plus, X } from "lucide-react";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { RecordDialog } from "@/lib/settings/RecordDialog";
import type { Records } from "@/lib/settings/useRecords";
import { ZoneField } from "@/lib/settings/ZoneField";

import styles from "./HoursDialog.module.css";
import { byDay, isBroken, nameDays } from "./week";

type HoursDialogProps = { hours: BusinessHours | null; records: Records<"business-hours">; onClose: () => void };

const WORKWEEK: HoursPeriod[] = [0, 1, 2, 3, 4].map((day) => ({ day, from: "09:00", to: "17:00" }));

function Day({ name, list, onChange }: { name: string; list: readonly HoursPeriod[]; onChange: (list: HoursPeriod[]) => void }) {
  const t = useT();
  const day = list[0]?.day ?? 0;
  const set = (i: number, part: Partial<HoursPeriod>) => onChange(list.map((one, at) => (at === i ? { ...one, ...part } : one)));
  return (
    <div className={styles.day}>
      <span className={styles.name}>{name}</span>
      <div className={styles.periods}>
        {list.length === 0 && <span className={styles.closed}>{t("hours.closed")}</span>}
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

/** A week with several periods a day, and the days off. */
export function HoursDialog({ hours, records, onClose }: HoursDialogProps) {
  const t = useT();
  const { save } = records;
  const [name, setName] = useState(hours?.name ?? "");
  const [zone, setZone] = useState(hours?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [week, setWeek] = useState(() => byDay(hours?.periods ?? WORKWEEK));
  const [holidays, setHolidays] = useState(hours?.holidays ?? []);
  const days = nameDays("long");
  const broken = week.some(isBroken);
  const body = {
    name: name.trim(),
    time_zone: zone,
    periods: week.flatMap((list, day) => list.map((one) => ({ ...one, day }))),
    holidays: holidays.filter((one) => one.date !== ""),
  };
  return (
    <RecordDialog
      size="m"
      title={t(hours ? "hours.edit" : "hours.new")}
      busy={save.isPending}
      error={save.error}
      fields={["name", "time_zone", "periods"]}
      ready={name.trim() !== "" && !broken}
      onClose={onClose}
      onSubmit={() => save.mutate(hours ? { id: hours.id, body } : { body }, { onSuccess: onClose })}
    >
      <TextField label={t("field.name")} value={name} maxLength={60} onChange={(event) => setName(event.target.value)} error={fieldError(save.error, "name")} />
      <ZoneField value={zone} onChange={setZone} error={fieldError(save.error, "time_zone")} />
      {fieldError(save.error, "periods") !== undefined && <Notice tone="red">{fieldError(save.error, "periods")}</Notice>}
      <div>
        {week.map((list, day) => (
          <Day key={day} name={days[day] ?? ""} list={list} onChange={(next) => setWeek((old) => old.map((was, i) => (i === day ? next : was)))} />
        ))}
      </div>
      <fieldset className="stack">
        <legend>{t("hours.holidays")}</legend>
        {holidays.map((one, i) => (
          <div key={i} className={styles.holiday}>
            <input type="date" aria-label={t("hours.date")} value={one.date} onChange={(event) => setHolidays((old) => old.map((was, at) => (at === i ? { ...was, date: event.target.value } : was)))} />
            <input type="text" aria-label={t("field.name")} placeholder={t("hours.holiday_example")} value={one.name} onChange={(event) => setHolidays((old) => old.map((was, at) => (at === i ? { ...was, name: event.target.value } : was)))} />
            <IconButton size="s" label={t("action.remove")} icon={<X />} onClick={() => setHolidays((old) => old.filter((_, at) => at !== i))} />
          </div>
        ))}
        <div>
          <Button size="s" icon={<Plus />} onClick={() => setHolidays((old) => [...old, { date: "", name: "" }])}>
            {t("hours.add_holiday")}
          </Button>
        </div>
      </fieldset>
    </RecordDialog>
  );
}
