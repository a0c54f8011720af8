import type { OrderLine } from "@parley/client/types";
import type { ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";

import { formatMoney } from "../money";
import { Thumb } from "../Thumb";
import styles from "./acts.module.css";

/** What a line of an order is called: title and variant. */
export function nameLine(line: Pick<OrderLine, "title" | "variant_title">): string {
  return [line.title, line.variant_title].filter(Boolean).join(", ");
}

/** A line of an order in a form, with what can be said about it at its end. */
export function LineRow({ line, currency, end, children }: { line: OrderLine; currency: string; end: ReactNode; children?: ReactNode }) {
  const t = useT();
  const sent = line.fulfilled > 0 ? t("acts.sent", { n: line.fulfilled }) : "";
  const back = line.refunded > 0 ? t("acts.refunded", { n: line.refunded }) : "";
  return (
    <li className={styles.line}>
      <Thumb url={line.image_url} />
      <span className={styles.words}>
        <bdi>{nameLine(line)}</bdi>
        <span className={styles.meta}>{[t("acts.each", { n: line.quantity, amount: formatMoney(line.unit_price, currency) }), sent, back].filter(Boolean).join(" · ")}</span>
      </span>
      {end}
      {children && <div className={styles.under}>{children}</div>}
    </li>
  );
}
