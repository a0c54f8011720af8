import { formatNumber } from "@/lib/format/text";
import { formatLocale } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import type { Report } from "./api";
import styles from "./Rehearsals.module.css";

/** Minor units as money of their currency. */
export function formatMinor(amount: number, currency: string): string {
  const format = new Intl.NumberFormat(formatLocale(), { style: "currency", currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

function Tile({ title, before, after }: { title: string; before?: string; after: string }) {
  const t = useT();
  return (
    <div className={styles.tile}>
      <dt>{title}</dt>
      <dd>
        <strong>{after}</strong>
        {before !== undefined && <small>{t("rehearsal.was", { before })}</small>}
      </dd>
    </div>
  );
}

/** What would have been otherwise, in four numbers. */
export function Summary({ report }: { report: Report }) {
  const t = useT();
  const currencies = [...new Set([...Object.keys(report.money.before), ...Object.keys(report.money.after)])];
  const { seen, changed } = report.conversations;
  return (
    <dl className={styles.tiles}>
      <div className={styles.tile}>
        <dt>{t("rehearsal.changed")}</dt>
        <dd>
          <strong>{formatNumber(changed)}</strong>
          <small>{t("rehearsal.of_seen", { n: formatNumber(seen) })}</small>
        </dd>
      </div>
      <Tile title={t("rehearsal.decisions")} before={formatNumber(report.decisions.before)} after={formatNumber(report.decisions.after)} />
      <Tile title={t("rehearsal.messages")} before={formatNumber(report.messages.before)} after={formatNumber(report.messages.after)} />
      {currencies.length === 0 ? (
        <Tile title={t("rehearsal.money")} after={t("rehearsal.no_money")} />
      ) : (
        currencies.map((one) => <Tile key={one} title={t("rehearsal.money")} before={formatMinor(report.money.before[one] ?? 0, one)} after={formatMinor(report.money.after[one] ?? 0, one)} />)
      )}
    </dl>
  );
}
