import type { Subscription } from "@parley/client/types";

export type SubscriptionLine = { ref: string; variant: string; title: string; quantity: number };

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The lines of a subscription, which the stores tell plainly: line, variant, title, quantity. */
export function readLines({ lines }: Pick<Subscription, "lines">): SubscriptionLine[] {
  return lines.map((line) => ({ ref: text(line.line), variant: text(line.variant), title: text(line.title), quantity: typeof line.quantity === "number" ? line.quantity : 1 }));
}
