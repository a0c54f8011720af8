import type { Order } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip, type ChipTone } from "@parley/ui/Chip";
import { IconButton } from "@parley/ui/IconButton";
import { Menu, MenuItem, MenuLine } from "@parley/ui/Menu";
import { ChevronRight, Copy, Ellipsis, MapPin, PackageOpen, PackageX, Pencil, Undo2, Unlink } from "lucide-react";
import { useId } from "react";

import { formatDate, formatFull } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { useNow } from "@/lib/useNow";

import { formatMoney } from "../money";
import { mayReturn } from "../returns/wish";
import { Thumb } from "../Thumb";
import { isOverdue, judgeDelivery } from "./delivery";
import { OrderDetails } from "./OrderDetails";
import styles from "./panel.module.css";

export type OrderAct = "edit" | "address" | "cancel" | "refund" | "return" | "duplicate";

const PAYMENT: Partial<Record<Order["payment"], ChipTone>> = { paid: "green", pending: "amber", partially_paid: "amber" };
const FULFILMENT: Partial<Record<Order["fulfilment"], ChipTone>> = { fulfilled: "green", partially_fulfilled: "amber", on_hold: "amber" };
const THUMBS = 4;

/** Which acts make sense for an order as it stands; the plan says the rest. */
export function listOrderActs(order: Order, offered: readonly string[]): OrderAct[] {
  const open = order.cancelled_at === null;
  const sent = order.fulfilment === "fulfilled";
  const sensible: Record<OrderAct, boolean> = { edit: open && !sent, address: open && !sent, cancel: open && !sent, refund: order.refundable > 0, return: mayReturn(order), duplicate: true };
  // A return is Parley's own; a store that knows none is only not told of it.
  return (Object.keys(sensible) as OrderAct[]).filter((act) => sensible[act] && (act === "return" || offered.includes(act)));
}

type CardProps = {
  order: Order;
  open: boolean;
  onToggle: () => void;
  acts: readonly OrderAct[];
  onAct: (act: OrderAct) => void;
  onUnlink?: (() => void) | undefined;
};

function Marks({ order }: { order: Order }) {
  const t = useT();
  const now = useNow();
  const late = isOverdue(order, now) || order.shipments.some((one) => one.delivered_at === null && judgeDelivery(order, one, now).late);
  return (
    <span className={styles.marks}>
      {order.cancelled_at !== null && (
        <Chip size="s" tone="red">
          {t("order.cancelled")}
        </Chip>
      )}
      <Chip size="s" tone={PAYMENT[order.payment] ?? "plain"}>
        {t(`payment.${order.payment}`)}
      </Chip>
      <Chip size="s" tone={FULFILMENT[order.fulfilment] ?? "plain"}>
        {t(`fulfilment.${order.fulfilment}`)}
      </Chip>
      {late && order.cancelled_at === null && (
        <Chip size="s" tone="red">
          {t("shipment.late")}
        </Chip>
      )}
      {order.deleted && <Chip size="s">{t("order.deleted")}</Chip>}
    </span>
  );
}

/** An order: what one needs to tell it from the others, and everything else when it is opened. */
export function OrderCard({ order, open, onToggle, acts, onAct, onUnlink }: CardProps) {
  const t = useT();
  const body = useId();
  const pictures = order.lines.filter((line) => line.quantity > 0).slice(0, THUMBS);
  const more = acts.filter((act) => act !== "edit" && act !== "refund" && act !== "return");
  const signs = { address: <MapPin />, cancel: <PackageX />, duplicate: <Copy />, edit: <Pencil />, refund: <Undo2 />, return: <PackageOpen /> };
  return (
    <li className={styles.card} data-order={order.number}>
      <h3 className={styles.cardTitle}>
        <button type="button" className={styles.cardHead} aria-expanded={open} aria-controls={body} onClick={onToggle}>
          <ChevronRight className="mirrored" />
          <bdi className={styles.number}>{order.number}</bdi>
          <time dateTime={order.placed_at} title={formatFull(order.placed_at)}>
            {formatDate(order.placed_at)}
          </time>
          <span className={styles.amount}>{formatMoney(order.total, order.currency)}</span>
        </button>
      </h3>
      <Marks order={order} />
      {!open && (
        <span className={styles.thumbs} title={pictures.map((line) => line.title).join(", ")}>
          {pictures.map((line) => (
            <Thumb key={line.ref} url={line.image_url} />
          ))}
          {order.lines.length > pictures.length && <span className={styles.meta}>{t("order.more_lines", { n: order.lines.length - pictures.length })}</span>}
        </span>
      )}
      <div id={body} hidden={!open}>
        {open && (
          <>
            <OrderDetails order={order} />
            {(acts.length > 0 || onUnlink) && (
              <div className={styles.acts}>
                {acts.includes("edit") && (
                  <Button size="s" icon={<Pencil />} onClick={() => onAct("edit")}>
                    {t("acts.edit")}
                  </Button>
                )}
                {acts.includes("refund") && (
                  <Button size="s" icon={<Undo2 />} onClick={() => onAct("refund")}>
                    {t("acts.refund")}
                  </Button>
                )}
                {acts.includes("return") && (
                  <Button size="s" icon={<PackageOpen />} onClick={() => onAct("return")}>
                    {t("acts.return")}
                  </Button>
                )}
                {(more.length > 0 || onUnlink) && (
                  <Menu trigger={<IconButton size="s" label={t("order.menu", { number: order.number })} icon={<Ellipsis />} />}>
                    {more.map((act) => (
                      <MenuItem key={act} icon={signs[act]} danger={act === "cancel"} onSelect={() => onAct(act)}>
                        {t(`acts.${act}`)}
                      </MenuItem>
                    ))}
                    {onUnlink && (
                      <>
                        {more.length > 0 && <MenuLine />}
                        <MenuItem icon={<Unlink />} onSelect={onUnlink}>
                          {t("order.unlink")}
                        </MenuItem>
                      </>
                    )}
                  </Menu>
                )}
              </div>
            )}
          </>
        )}
      </div>
    </li>
  );
}
