import type { Numbers } from "@parley/client/types";
import { Link } from "@tanstack/react-router";

import { formatNumber } from "@/lib/format/text";
import { formatDate, formatLength } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";

import { dayQuery } from "./day";
import styles from "./NumbersPage.module.css";

/** The same numbers to be read; each day leads to its conversations. */
export function DayTable({ numbers }: { numbers: Numbers }) {
  const t = useT();
  const replies = new Map(numbers.first_reply.by_day.map((one) => [one.day, one.median_seconds]));
  return (
    <details className={styles.table}>
      <summary>{t("numbers.as_table")}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("numbers.day")}</th>
            <th scope="col">{t("numbers.conversations")}</th>
            <th scope="col">{t("numbers.received")}</th>
            <th scope="col">{t("numbers.closed")}</th>
            <th scope="col">{t("numbers.first_reply")}</th>
          </tr>
        </thead>
        <tbody>
          {numbers.volume.map((one) => {
            const median = replies.get(one.day) ?? null;
            return (
              <tr key={one.day}>
                <th scope="row">
                  <Link to="/search" search={{ q: dayQuery(one.day) }}>
                    {formatDate(`${one.day}T12:00:00`)}
                  </Link>
                </th>
                <td>{formatNumber(one.conversations)}</td>
                <td>{formatNumber(one.received)}</td>
                <td>{formatNumber(one.closed)}</td>
                <td>{median === null ? "–" : formatLength(median)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}
