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
import { byDay, isBroken } from "./week";
import { WeekGrid } from "./WeekGrid";

type HoursDialogProps = { hours: BusinessHours | null; records: Records<"business-hours">; onClose: () => void };

const WORKWEEK: HoursPeriod[] = [0, 1, 2, 3, 4].map((day) => ({ day, from: "09:00", to: "17:00" }));

/** A week with several periods a day, and the days off. */
export function HoursDialog({ hours, records, onClose }: HoursDialogProps) {
  const t = useT();
  const { save } = records;
  const [name, setName] = useState(hours?.name ?? "");
  const [zone, setZone] = useState(hours?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [week, setWeek] = useState(() => byDay(hours?.periods ?? WORKWEEK));
  const [holidays, setHolidays] = useState(hours?.holidays ?? []);
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
      <WeekGrid week={week} none={t("hours.closed")} onChange={setWeek} />
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
