import type { Id } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";

import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";

import { ActRow } from "../acts/ActRow";
import { listActs } from "../api";
import styles from "./panel.module.css";

const MOST = 10;

/** What was done with an order from here, by whom and when. */
export function OrderActs({ orderId }: { orderId: Id }) {
  const t = useT();
  const filter = { order_id: orderId };
  const { data } = useQuery({ queryKey: keys.acts(filter), queryFn: () => listActs(filter, MOST) });
  const acts = data?.items ?? [];
  if (acts.length === 0) return null;
  return (
    <div className={styles.part}>
      <h4>{t("order.acts")}</h4>
      <ul className={styles.rows}>
        {acts.map((act) => (
          <ActRow key={act.id} act={act} />
        ))}
      </ul>
    </div>
  );
}
