import { SelectField } from "@parley/ui/Field";

import { formatLocalTime } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";

/** Every time zone the browser knows (IANA), with what the clock shows there now beneath. */
export function ZoneField({ value, onChange, error }: { value: string; onChange: (zone: string) => void; error?: string | undefined }) {
  const t = useT();
  const zones = Intl.supportedValuesOf("timeZone");
  const known = zones.includes(value) ? zones : [value, ...zones];
  const now = formatLocalTime(value);
  return (
    <SelectField label={t("field.time_zone")} value={value} onChange={(event) => onChange(event.target.value)} error={error} hint={now === null ? undefined : t("field.zone_now", { time: now })}>
      {known.map((zone) => (
        <option key={zone} value={zone}>
          {zone.replaceAll("_", " ")}
        </option>
      ))}
    </SelectField>
  );
}
