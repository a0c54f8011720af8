import type { Id, Shopper, Store } from "@parley/client/types";
import { Chip } from "@parley/ui/Chip";
import { Repeat } from "lucide-react";

import { formatList } from "@/lib/format/text";
import { formatDate } from "@/lib/format/time";
import { tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import { formatMoney } from "../money";
import styles from "./panel.module.css";

/** What a customer has been to the shop so far. */
export function Summary({ shopper, stores }: { shopper: Shopper; stores: ReadonlyMap<Id, Store> }) {
  const t = useT();
  const { spent, orders, accounts } = shopper;
  const worth = spent.map((one) => formatMoney(one.total - one.refunded, one.currency));
  const rows: [string, string][] = [
    [t("shopper.sizes"), shopper.favourite_sizes.join(", ")],
    [t("shopper.kinds"), formatList(shopper.favourite_kinds.map((kind) => tOr("productkind", kind, kind)))],
    [t("shopper.accounts"), accounts.map((one) => [stores.get(one.store_id)?.name ?? "", one.email || one.name].filter(Boolean).join(": ")).join(", ")],
    [t("shopper.tags"), [...new Set(accounts.flatMap((one) => one.tags))].join(", ")],
    [t("shopper.first"), shopper.first_order_at === null ? "" : formatDate(shopper.first_order_at)],
  ];
  return (
    <div className={styles.summary}>
      <p className={styles.worth}>
        <strong>{worth.join(" + ") || t("shopper.nothing_spent")}</strong>
        <span>{t("shopper.orders", { n: orders })}</span>
        {orders > 1 && (
          <Chip size="s" icon={<Repeat />}>
            {t("shopper.returning")}
          </Chip>
        )}
        {shopper.open_orders > 0 && <Chip size="s">{t("shopper.open", { n: shopper.open_orders })}</Chip>}
        {shopper.returns > 0 && <Chip size="s">{t("shopper.returns", { n: shopper.returns })}</Chip>}
      </p>
      <dl className={styles.known}>
        {rows
          .filter(([, value]) => value !== "")
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
      </dl>
    </div>
  );
}
