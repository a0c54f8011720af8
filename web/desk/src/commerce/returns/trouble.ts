import { t, type Key } from "@/lib/i18n/catalogue";

import { explainReason } from "../acts/errors";
import { say } from "../acts/sentences";

const ACTS = ["return", "label", "refund"] as const;
export type ReturnAct = (typeof ACTS)[number];
export type Trouble = { act: ReturnAct; code: string; reason: string };

const OUTCOMES: Readonly<Record<string, Key>> = { failed: "returns.came_to_nothing", declined: "acts.declined_text", expired: "acts.error.plan_expired", unknown: "acts.unknown_text" };

/** What a person must look at at a return, as the server wrote it down: `<act>:<state or code>`, and why; null where all is well. */
export function readTrouble(error: string): Trouble | null {
  const [, name = "", code = "", reason = ""] = /^([a-z]+):([a-z_]+)(?:: ?(.*))?$/s.exec(error) ?? [];
  const act = ACTS.find((one) => one === name);
  return act === undefined ? null : { act, code, reason };
}

/** Which of its acts came to nothing and why, in sentences. */
export function explainTrouble({ code, reason }: Trouble): string {
  const outcome = OUTCOMES[code];
  if (outcome !== undefined) return [t(outcome), reason === "" ? "" : explainReason(reason)].filter(Boolean).join(" ");
  if (code !== "plan_impossible" || reason === "") return explainReason(code);
  const against = reason.split(", ").map((one) => (one.startsWith("limit.") ? t("acts.error.above_limit_of") : say({ code: one, args: {} }, "refusal")));
  return [...new Set(against)].join(" ");
}
