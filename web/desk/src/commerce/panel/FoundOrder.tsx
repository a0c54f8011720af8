import type { Id, OrderRow } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Link2 } from "lucide-react";

import { useMay } from "@/lib/directory";
import { formatDate } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";

import { formatMoney } from "../money";
import { useLink } from "./useLink";
import styles from "./panel.module.css";

/** An order that was looked for: whose it seems to be, and the way to say that it is this customer's. */
export function FoundOrder({ order, customerId, onLinked }: { order: OrderRow; customerId: Id; onLinked?: () => void }) {
  const t = useT();
  const may = useMay("orders:write");
  const link = useLink(customerId);
  const here = order.customer_id === customerId;
  return (
    <li className={styles.found}>
      <span className={styles.words}>
        <span className={styles.between}>
          <bdi className={styles.number}>{order.number}</bdi>
          <span>{formatMoney(order.total, order.currency)}</span>
        </span>
        <span className={styles.meta}>
          {formatDate(order.placed_at)} · {t(`payment.${order.payment}`)} · {t(`fulfilment.${order.fulfilment}`)}
        </span>
        <span className={styles.meta}>
          <bdi>{[order.name, order.email].filter(Boolean).join(" · ")}</bdi>
        </span>
        {here ? <span className={styles.meta}>{t("find.here")}</span> : order.customer_id !== null && <span className={styles.meta}>{t("find.elsewhere")}</span>}
      </span>
      {may && !here && (
        <Button size="s" icon={<Link2 />} busy={link.isPending} onClick={() => link.mutate({ orderId: order.id, to: customerId }, { onSuccess: () => onLinked?.() })}>
          {t("find.link")}
        </Button>
      )}
    </li>
  );
}
