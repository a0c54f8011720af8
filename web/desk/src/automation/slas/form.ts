import type { FormAct } from "@parley/client/types";

import { readCondition, writeCondition, type Group } from "../rules/tree";
import { KINDS, PRIORITIES, type Kind, type Occasion, type Priority, type Sla, type SlaBody, type Target } from "./api";

/** One promise as the editor holds it: minutes for all, or by priority; an empty one is no promise. */
export type Goal = { on: boolean; each: boolean; minutes: number | undefined; by: Partial<Record<Priority, number | undefined>> };
export type Form = {
  name: string;
  condition: Group;
  goals: Record<Kind, Goal>;
  /** The id of business hours, `default`, or `all` for every minute. */
  hours: string;
  waiting: boolean;
  snoozed: boolean;
  warnings: (number | undefined)[];
  automatic: boolean;
  acts: Record<Occasion, FormAct[]>;
};

const USUAL: Record<Kind, number> = { first_reply: 60, next_reply: 240, resolution: 2880 };

/** A target that is not there begins with the usual one, switched off. */
function readGoal(kind: Kind, target: Target | undefined): Goal {
  if (typeof target === "number") return { on: true, each: false, minutes: target, by: {} };
  if (target === undefined) return { on: false, each: false, minutes: USUAL[kind], by: {} };
  return { on: true, each: true, minutes: target.normal ?? Object.values(target)[0], by: target };
}

/** A stored SLA as the editor holds it; nothing stored is a new one, which promises a first reply. */
export function readForm(sla: Pick<Sla, "name" | "sla"> | null): Form {
  const body: SlaBody = sla?.sla ?? { targets: { first_reply: USUAL.first_reply }, warn_minutes: [15] };
  return {
    name: sla?.name ?? "",
    condition: readCondition(body.if),
    goals: { first_reply: readGoal("first_reply", body.targets.first_reply), next_reply: readGoal("next_reply", body.targets.next_reply), resolution: readGoal("resolution", body.targets.resolution) },
    hours: body.hours === null ? "all" : (body.hours ?? "default"),
    waiting: body.pause?.waiting_for_customer ?? true,
    snoozed: body.pause?.snoozed ?? true,
    warnings: body.warn_minutes ?? [],
    automatic: body.automatic_replies ?? false,
    acts: { warned: body.escalate?.warned ?? [], broken: body.escalate?.broken ?? [] },
  };
}

const isThere = (minutes: number | undefined): minutes is number => minutes !== undefined && minutes >= 1;

function writeGoal(goal: Goal): Target | undefined {
  if (!goal.on) return undefined;
  if (!goal.each) return isThere(goal.minutes) ? goal.minutes : undefined;
  const by = PRIORITIES.map((one) => [one, goal.by[one]] as const).filter((pair): pair is [Priority, number] => isThere(pair[1]));
  return by.length === 0 ? undefined : Object.fromEntries(by);
}

/** The SLA as it is stored. */
export function writeForm(form: Form): SlaBody {
  const targets = Object.fromEntries(KINDS.map((kind) => [kind, writeGoal(form.goals[kind])] as const).filter(([, target]) => target !== undefined));
  const acts = Object.fromEntries(Object.entries(form.acts).filter(([, list]) => list.length > 0));
  return {
    if: writeCondition(form.condition),
    targets,
    hours: form.hours === "all" ? null : form.hours,
    pause: { waiting_for_customer: form.waiting, snoozed: form.snoozed },
    warn_minutes: form.warnings.filter(isThere),
    automatic_replies: form.automatic,
    escalate: acts,
  };
}

/** Whether it promises anything. */
export function promisesAny(form: Form): boolean {
  return Object.keys(writeForm(form).targets).length > 0;
}

/** What tells two forms apart. */
export function printForm(form: Form): string {
  return JSON.stringify([form.name.trim(), writeForm(form)]);
}

/** The goal with minutes for every priority, or for all alike; what was typed stays. */
export function splitGoal(goal: Goal, each: boolean): Goal {
  if (!each) return { ...goal, each, minutes: goal.minutes ?? goal.by.normal };
  const by = Object.fromEntries(PRIORITIES.map((one) => [one, goal.by[one] ?? goal.minutes]));
  return { ...goal, each, by };
}
