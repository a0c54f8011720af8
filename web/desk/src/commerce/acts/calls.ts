import type { paths, Schemas } from "@parley/client";
import type { Id, StoreAct } from "@parley/client/types";

import { api, keyed, unwrap } from "@/lib/http";

/** What each act wants to know; `act` names it. */
export type Wish =
  | Schemas["EditOrder"]
  | Schemas["ChangeAddress"]
  | Schemas["CancelOrder"]
  | (Schemas["RefundBody"] & { act: "refund" })
  | Schemas["DuplicateOrder"]
  | Schemas["CreateDraft"]
  | Schemas["CreateDiscount"]
  | Schemas["SkipDelivery"]
  | Schemas["PauseSubscription"]
  | Schemas["ResumeSubscription"]
  | Schemas["SwapVariant"]
  | Schemas["ChangeDate"]
  | Schemas["EndSubscription"]
  | { act: "label" };
export type ActName = Wish["act"];
export type WishOf<A extends ActName> = Extract<Wish, { act: A }>;
export type NewLine = Schemas["NewLine"];

type Post = Extract<keyof paths, `${string}/plan` | `${string}/commit`>;

/** Where each act is planned, and where the plan is committed; a label is bought for a return. */
const PATHS = {
  edit: ["/api/v1/orders/{target}/edit/plan", "/api/v1/orders/{target}/edit/commit"],
  address: ["/api/v1/orders/{target}/address/plan", "/api/v1/orders/{target}/address/commit"],
  cancel: ["/api/v1/orders/{target}/cancel/plan", "/api/v1/orders/{target}/cancel/commit"],
  refund: ["/api/v1/orders/{target}/refund/plan", "/api/v1/orders/{target}/refund/commit"],
  duplicate: ["/api/v1/orders/{target}/duplicate/plan", "/api/v1/orders/{target}/duplicate/commit"],
  draft: ["/api/v1/stores/{target}/draft/plan", "/api/v1/stores/{target}/draft/commit"],
  discount: ["/api/v1/stores/{target}/discount/plan", "/api/v1/stores/{target}/discount/commit"],
  skip: ["/api/v1/subscriptions/{target}/skip/plan", "/api/v1/subscriptions/{target}/skip/commit"],
  pause: ["/api/v1/subscriptions/{target}/pause/plan", "/api/v1/subscriptions/{target}/pause/commit"],
  resume: ["/api/v1/subscriptions/{target}/resume/plan", "/api/v1/subscriptions/{target}/resume/commit"],
  swap: ["/api/v1/subscriptions/{target}/swap/plan", "/api/v1/subscriptions/{target}/swap/commit"],
  date: ["/api/v1/subscriptions/{target}/date/plan", "/api/v1/subscriptions/{target}/date/commit"],
  end: ["/api/v1/subscriptions/{target}/end/plan", "/api/v1/subscriptions/{target}/end/commit"],
} as const satisfies Record<Exclude<ActName, "label">, readonly [Post, Post]>;

// The wish names its act, the path repeats it: only the two together could be typed, and each wish is typed where it is made.
type AnyPlan = "/api/v1/orders/{target}/edit/plan";
type AnyCommit = "/api/v1/orders/{target}/edit/commit";

/** Asks what an act would do; nothing happens yet. Raises Problem, `store_unreachable` when the store cannot be asked. */
export function planAct(target: Id, wish: Wish): Promise<StoreAct> {
  if (wish.act === "label") return unwrap(api.POST("/api/v1/returns/{return_id}/label/plan", { params: { path: { return_id: target } } })) as Promise<StoreAct>;
  const { act, ...rest } = wish;
  const body = (act === "refund" ? rest : wish) as Schemas["EditOrder"];
  return unwrap(api.POST(PATHS[act][0] as AnyPlan, { params: { path: { target } }, body })) as Promise<StoreAct>;
}

/** Has a plan carried out, once however often it is asked under the same key. Raises Problem, `plan_outdated` when the store has moved on. */
export function commitAct(target: Id, plan: StoreAct, key: string): Promise<StoreAct> {
  const body = { plan_id: plan.id };
  if (plan.act === "label") return unwrap(api.POST("/api/v1/returns/{return_id}/label/commit", { params: { path: { return_id: target } }, body, ...keyed(key) })) as Promise<StoreAct>;
  const path = PATHS[plan.act as keyof typeof PATHS][1] as AnyCommit;
  return unwrap(api.POST(path, { params: { path: { target } }, body, ...keyed(key) })) as Promise<StoreAct>;
}
