import type { Order, Refund } from "@parley/client/types";
import { Chip } from "@parley/ui/Chip";
import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";

import { formatDate, formatDayShort } from "@/lib/format/time";
import { tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { useNow } from "@/lib/useNow";

import { formatCountry } from "../acts/sentences";
import { formatMoney } from "../money";
import { Thumb } from "../Thumb";
import { isOverdue } from "./delivery";
import { OrderActs } from "./OrderActs";
import { OrderMessages } from "./OrderMessages";
import { OrderReturns } from "./OrderReturns";
import { ShipmentTrack } from "./ShipmentTrack";
import styles from "./panel.module.css";

function Lines({ order }: { order: Order }) {
  const t = useT();
  return (
    <ul className={styles.lines}>
      {order.lines.map((line) => (
        <li key={line.ref} className={styles.line} data-gone={line.quantity === 0}>
          <Thumb url={line.image_url} />
          <span className={styles.words}>
            <span>
              <bdi>{line.title}</bdi>
            </span>
            <span className={styles.meta}>
              <bdi>{line.variant_title}</bdi>
              {line.variant_title !== "" && " · "}
              {line.quantity === line.ordered ? t("order.pieces", { n: line.ordered }) : t("order.pieces_left", { n: line.quantity, ordered: line.ordered })}
              {line.refunded > 0 && ` · ${t("acts.refunded", { n: line.refunded })}`}
            </span>
          </span>
          <span className={styles.amount}>{formatMoney(line.total, order.currency)}</span>
        </li>
      ))}
    </ul>
  );
}

function Sums({ order }: { order: Order }) {
  const t = useT();
  const rows: [string, number][] = [
    [t("order.subtotal"), order.subtotal],
    [t("order.discount"), -order.discount],
    [order.shipping_title === "" ? t("order.shipping") : t("order.shipping_by", { title: order.shipping_title }), order.shipping],
    [t(order.taxes_included ? "order.tax_included" : "order.tax"), order.tax],
  ];
  return (
    <dl className={styles.sums}>
      {rows
        .filter(([, amount], i) => amount !== 0 || i === 0)
        .map(([name, amount]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{formatMoney(amount, order.currency)}</bdi>
            </dd>
          </div>
        ))}
      <div className={styles.total}>
        <dt>{t("order.total")}</dt>
        <dd>{formatMoney(order.total, order.currency)}</dd>
      </div>
      {order.refunded > 0 && (
        <div>
          <dt>{t("order.refunded")}</dt>
          <dd>
            <bdi>{formatMoney(-order.refunded, order.currency)}</bdi>
          </dd>
        </div>
      )}
    </dl>
  );
}

function RefundRow({ refund }: { refund: Refund }) {
  const t = useT();
  const reason = refund.reason === "" ? "" : tOr("refund_reason", refund.reason, tOr("cancel_reason", refund.reason, refund.reason));
  return (
    <li>
      <span className={styles.between}>
        <span>
          {formatMoney(refund.amount, refund.currency)}
          {refund.destination === "store_credit" && ` ${t("refund.as_credit")}`}
        </span>
        <time dateTime={refund.created_at}>{formatDate(refund.created_at)}</time>
      </span>
      <span className={styles.meta}>
        <bdi>{[reason, refund.note].filter(Boolean).join(" · ")}</bdi>
      </span>
      {refund.status !== "done" && (
        <Chip size="s" tone={refund.status === "failed" ? "red" : "amber"}>
          {t(`refundstate.${refund.status}`)}
        </Chip>
      )}
    </li>
  );
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.part}>
      <h4>{title}</h4>
      {children}
    </div>
  );
}

/** Everything of an order below its head. */
export function OrderDetails({ order }: { order: Order }) {
  const t = useT();
  const now = useNow();
  const { address } = order;
  return (
    <div className={styles.details}>
      <Lines order={order} />
      <Sums order={order} />
      {order.shipments.map((shipment) => (
        <ShipmentTrack key={shipment.id} order={order} shipment={shipment} />
      ))}
      {order.shipments.length === 0 && order.promised_at !== null && order.cancelled_at === null && (
        <p className={styles.meta}>
          {t("shipment.promised", { date: formatDayShort(order.promised_at) })}{" "}
          {isOverdue(order, now) && (
            <Chip size="s" tone="red">
              {t("shipment.late")}
            </Chip>
          )}
        </p>
      )}
      {order.refunds.length > 0 && (
        <Block title={t("order.refunds")}>
          <ul className={styles.rows}>
            {order.refunds.map((refund) => (
              <RefundRow key={refund.id} refund={refund} />
            ))}
          </ul>
        </Block>
      )}
      {address !== null && (
        <Block title={t("order.address")}>
          <address className={styles.address} dir="auto">
            {[address.name, address.company, address.line1, address.line2, [address.postcode, address.city].filter(Boolean).join(" "), address.region, address.country === "" ? "" : formatCountry(address.country), address.phone]
              .filter(Boolean)
              .map((part, i) => (
                <span key={i}>{part}</span>
              ))}
          </address>
        </Block>
      )}
      {order.discount_codes.length > 0 && <Block title={t("order.codes")}><bdi>{order.discount_codes.join(", ")}</bdi></Block>}
      {order.note !== "" && <Block title={t("order.note")}><p className={styles.note} dir="auto">{order.note}</p></Block>}
      <OrderReturns orderId={order.id} />
      <OrderMessages orderId={order.id} />
      <OrderActs orderId={order.id} />
      {(order.admin_url !== "" || order.status_url !== "") && (
        <p className="cluster">
          {order.admin_url !== "" && (
            <a href={order.admin_url} target="_blank" rel="noreferrer" className={styles.out}>
              {t("order.admin")}
              <ExternalLink />
            </a>
          )}
          {order.status_url !== "" && (
            <a href={order.status_url} target="_blank" rel="noreferrer" className={styles.out}>
              {t("order.status_page")}
              <ExternalLink />
            </a>
          )}
        </p>
      )}
    </div>
  );
}
