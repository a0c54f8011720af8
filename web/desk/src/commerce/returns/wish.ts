import type { Id, Order, OrderLine, PlanLine, ReturnDecision, ReturnWish } from "@parley/client/types";

export type Resolution = "refund" | "exchange" | "store_credit";
export type Photo = { id: Id; name: string };
/** What is filled in for a line of an order. */
export type Choice = { quantity: number; reason: string; resolution: Resolution; variant: string; photos: readonly Photo[] };
export const NOTHING: Choice = { quantity: 0, reason: "", resolution: "refund", variant: "", photos: [] };

// What the policy says no to, and somebody who approves returns may say yes to; the rest cannot be done by anybody.
const POLICY = /^(window\.|return\.(no_such_resolution|reason_missing|photo_missing)$)/;

/** How many pieces of a line can still come back. */
export function countLeft(line: Pick<OrderLine, "quantity" | "ordered" | "refunded" | "digital">): number {
  return line.digital ? 0 : Math.max(0, Math.min(line.quantity, line.ordered - line.refunded));
}

/** Whether a return of an order makes sense at all; the policy says the rest. */
export function mayReturn(order: Pick<Order, "cancelled_at" | "payment" | "fulfilment" | "lines">): boolean {
  const paid = !["pending", "authorized", "voided"].includes(order.payment);
  return order.cancelled_at === null && paid && order.fulfilment !== "unfulfilled" && order.lines.some((line) => countLeft(line) > 0);
}

type Rest = { note: string; conversationId: Id | null; despite: boolean };

/** What is filled in as a wish; null while nothing is chosen, or what is chosen says too little. */
export function buildReturn(order: Pick<Order, "id" | "lines">, choices: Readonly<Record<string, Choice>>, { note, conversationId, despite }: Rest): ReturnWish | null {
  const chosen = order.lines.flatMap((line) => {
    const choice = choices[line.ref];
    return choice && choice.quantity > 0 ? [{ ref: line.ref, ...choice }] : [];
  });
  if (chosen.length === 0 || chosen.some((one) => one.reason === "" || (one.resolution === "exchange" && one.variant === ""))) return null;
  return {
    order_id: order.id,
    lines: chosen.map((one) => ({ line: one.ref, quantity: one.quantity, reason: one.reason, resolution: one.resolution, variant: one.resolution === "exchange" ? one.variant : null })),
    photos: Object.fromEntries(chosen.filter((one) => one.photos.length > 0).map((one) => [one.ref, one.photos.map((photo) => photo.id)])),
    note: note.trim(),
    conversation_id: conversationId,
    despite,
  };
}

/** Everything that speaks against a return, once each, with the thing it is about. */
export function listProblems(decision: Pick<ReturnDecision, "problems" | "lines">): PlanLine[] {
  const all = [...decision.problems, ...decision.lines.flatMap((line) => line.problems.map((one) => ({ ...one, args: { title: line.title, ...one.args } })))];
  return [...new Map(all.map((line) => [JSON.stringify(line), line])).values()];
}

/** Whether only the policy stands against it, beyond which somebody who approves returns may go. */
export function isPolicyOnly(decision: Pick<ReturnDecision, "outcome" | "problems" | "lines">): boolean {
  return decision.outcome === "refused" && listProblems(decision).every((line) => POLICY.test(line.code));
}

/** What becomes of a return when it is opened by somebody who may, or may not, approve returns. */
export function foresee(decision: Pick<ReturnDecision, "outcome">, may: { approve: boolean; despite: boolean }): "agreed" | "waits" | "refused" {
  if (decision.outcome === "refused") return may.approve && may.despite ? "agreed" : "refused";
  return decision.outcome === "accepted" || may.approve ? "agreed" : "waits";
}
