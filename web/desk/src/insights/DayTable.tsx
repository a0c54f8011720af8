import type { Numbers } from "@parley/client/types";
import { Link } from "@tanstack/react-router";

import { formatNumber } from "@/lib/format/text";
import { formatDate } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";

import { dayFilter } from "./dayFilter";
import styles from "./NumbersPage.module.css";

/** The same numbers to be read; each day leads to the conversations that began on it. */
export function DayTable({ numbers, channel }: { numbers: Numbers; channel: string | undefined }) {
  const t = useT();
  return (
    <details className={styles.table}>
      <summary>{t("numbers.as_table")}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("numbers.day")}</th>
            <th scope="col">{t("numbers.conversations")}</th>
            <th scope="col">{t("numbers.received")}</th>
            <th scope="col">{t("numbers.sent")}</th>
          </tr>
        </thead>
        <tbody>
          {numbers.days.map((one) => (
            <tr key={one.day}>
              <th scope="row">
                <Link to="/inbox/$view" params={{ view: "all" }} search={dayFilter(one.day, numbers.zone, channel)}>
                  {formatDate(`${one.day}T12:00:00`)}
                </Link>
              </th>
              <td>{formatNumber(one.opened)}</td>
              <td>{formatNumber(one.messages_in)}</td>
              <td>{formatNumber(one.messages_out)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
