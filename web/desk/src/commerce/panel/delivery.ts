import type { Order, Shipment, ShipmentStatus } from "@parley/client/types";

export type Stage = "label_created" | "in_transit" | "out_for_delivery" | "ready_for_pickup" | "delivered";
export type Delivery = {
  stages: readonly Stage[];
  /** How many of the stages have been reached. */
  reached: number;
  /** It went wrong on the way: failed, returned, cancelled. */
  broken: boolean;
  promisedAt: string | null;
  expectedAt: string | null;
  late: boolean;
};

const BROKEN: readonly ShipmentStatus[] = ["failed", "returned", "cancelled"];

/** Whether a promise is missed: by what happened, by what is expected, or because its day is over. */
export function isLate(promisedAt: string | null, deliveredAt: string | null, expectedAt: string | null, now: number): boolean {
  if (promisedAt === null) return false;
  const promised = Date.parse(promisedAt);
  if (deliveredAt !== null) return Date.parse(deliveredAt) > promised;
  return now > promised || (expectedAt !== null && Date.parse(expectedAt) > promised);
}

/** How far a parcel has come, and whether it keeps what was promised at the checkout. */
export function judgeDelivery(order: Pick<Order, "promised_at">, shipment: Shipment, now: number): Delivery {
  const pickup = shipment.status === "ready_for_pickup" || shipment.events.some((event) => event.status === "ready_for_pickup");
  const stages: Stage[] = ["label_created", "in_transit", pickup ? "ready_for_pickup" : "out_for_delivery", "delivered"];
  const seen = [shipment.status, ...shipment.events.map((event) => event.status)];
  const last = stages.findLastIndex((stage) => seen.includes(stage));
  const way = shipment.direction === "out";
  return {
    stages,
    // A parcel that has left is at least on its way, whatever its carrier has told so far.
    reached: Math.max(last + 1, shipment.shipped_at === null ? 0 : 2),
    broken: BROKEN.includes(shipment.status),
    promisedAt: way ? order.promised_at : null,
    expectedAt: shipment.delivered_at === null ? shipment.estimated_at : null,
    late: way && isLate(order.promised_at, shipment.delivered_at, shipment.estimated_at, now),
  };
}

/** Whether an order that has not left yet should be with the customer already. */
export function isOverdue(order: Pick<Order, "promised_at" | "cancelled_at" | "fulfilment" | "shipments">, now: number): boolean {
  return order.shipments.length === 0 && order.fulfilment !== "fulfilled" && order.cancelled_at === null && isLate(order.promised_at, null, null, now);
}
