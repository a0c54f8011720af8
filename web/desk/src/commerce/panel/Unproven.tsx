import type { Id } from "@parley/client/types";
import { Notice } from "@parley/ui/Notice";
import { useQueries } from "@tanstack/react-query";

import { useCustomer } from "@/customers/useCustomer";
import { useT } from "@/lib/i18n/useT";

import { findOrders } from "../api";
import { FoundOrder } from "./FoundOrder";
import styles from "./panel.module.css";

/** Orders under an address that the customer has only claimed: shown with a warning, and not counted as his. */
export function Unproven({ customerId }: { customerId: Id }) {
  const t = useT();
  const { query } = useCustomer(customerId);
  const claimed = (query.data?.identities ?? []).flatMap((one) => (one.kind === "email" && !one.verified && one.value !== null ? [one.value] : []));
  const found = useQueries({ queries: claimed.map((email) => ({ queryKey: ["order-search", email], queryFn: () => findOrders({ email }) })) });
  const orders = found.flatMap((one) => one.data?.items ?? []).filter((order) => order.customer_id === null);
  if (orders.length === 0) return null;
  return (
    <details className={styles.unproven}>
      <summary>{t("unproven.title", { n: orders.length })}</summary>
      <Notice tone="amber">{t("unproven.text", { email: claimed.join(", ") })}</Notice>
      <ul className={styles.rows}>
        {orders.map((order) => (
          <FoundOrder key={order.id} order={order} customerId={customerId} />
        ))}
      </ul>
    </details>
  );
}
