import type { BusinessHours } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { CalendarClock, Plus } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";
import { useRecords } from "@/lib/settings/useRecords";

import { HoursDialog } from "./HoursDialog";
import { sumUp } from "./week";

/** When somebody is there, and on which days nobody is. */
export function HoursPage(): ReactNode {
  const t = useT();
  const records = useRecords("business-hours");
  const [open, setOpen] = useState<BusinessHours | "new" | null>(null);
  const add = (
    <Button tone="primary" icon={<Plus />} onClick={() => setOpen("new")}>
      {t("hours.new")}
    </Button>
  );
  return (
    <Page title={t("settings.hours")} intro={t("hours.intro")} action={add}>
      <Loading query={records.list}>
        {records.items.length === 0 ? (
          <Empty icon={<CalendarClock />} title={t("hours.empty_title")} action={add}>
            {t("hours.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.hours")}>
            {records.items.map((one) => (
              <Record
                key={one.id}
                icon={<CalendarClock />}
                title={one.name}
                meta={[...sumUp(one.periods), one.time_zone, t("hours.holidays_count", { n: one.holidays.length })].join(" · ")}
                actions={<RecordActions name={one.name} onEdit={() => setOpen(one)} onRemove={() => records.drop.mutate(one.id)} warning={t("hours.remove")} />}
              />
            ))}
          </RecordList>
        )}
      </Loading>
      {open !== null && <HoursDialog hours={open === "new" ? null : open} records={records} onClose={() => setOpen(null)} />}
    </Page>
  );
}
