import type { Id } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { formatDate } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";

import { listReturns } from "../api";
import { formatMoney } from "../money";
import { ReturnChip } from "../returns/ReturnChip";
import styles from "./panel.module.css";

/** What comes back of an order; the rest is on the page of the returns. */
export function OrderReturns({ orderId }: { orderId: Id }) {
  const t = useT();
  const filter = { order_id: orderId };
  const { data } = useQuery({ queryKey: keys.returns(filter), queryFn: () => listReturns(filter, null) });
  const items = data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <div className={styles.part}>
      <h4>{t("nav.returns")}</h4>
      <ul className={styles.rows}>
        {items.map((one) => (
          <li key={one.id}>
            <span className={styles.between}>
              <Link to="/returns" search={{ id: one.id }} className={styles.out}>
                {one.number}
              </Link>
              <ReturnChip state={one.state} />
            </span>
            <span className={styles.meta}>
              {formatDate(one.created_at)} · {formatMoney(one.refund_amount, one.currency)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
