import { useQuery } from "@tanstack/react-query";

import { formatNumber } from "@/lib/format/text";
import { formatLocale, tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";

import { getPromiseNumbers } from "./api";
import styles from "./Kept.module.css";

const DAYS = 30;

const formatShare = (share: number) => new Intl.NumberFormat(formatLocale(), { style: "percent" }).format(share);

/** How many promises of the last days were kept, by SLA and kind. */
export function Kept() {
  const t = useT();
  const { data } = useQuery({ queryKey: keys.numbers({ promises: DAYS }), queryFn: () => getPromiseNumbers(DAYS), staleTime: 60_000 });
  if (!data || data.items.length === 0) return null;
  return (
    <section className={styles.card}>
      <h2>{t("promise.numbers")}</h2>
      <p className={styles.hint}>{t("promise.numbers_hint", { n: data.days })}</p>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("promise.sla")}</th>
            <th scope="col">{t("promise.title")}</th>
            <th scope="col">{t("promise.kept")}</th>
            <th scope="col">{tName("promise.state", "met")}</th>
            <th scope="col">{tName("promise.state", "broken")}</th>
            <th scope="col">{t("promise.standing")}</th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((one) => (
            <tr key={`${one.sla_id}:${one.kind}`}>
              <th scope="row" dir="auto">
                {one.name}
              </th>
              <td>{tName("promise.kind", one.kind)}</td>
              <td className={styles.share}>{one.share === null ? "–" : formatShare(one.share)}</td>
              <td>{formatNumber(one.met)}</td>
              <td>{formatNumber(one.broken)}</td>
              <td>{formatNumber(one.standing)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
