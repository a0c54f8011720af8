import type { FormAct } from "@parley/client/types";

import type { RuleBody, WaitBody } from "@/lib/acts/sayRule";
import type { Words } from "@/lib/acts/useVocabulary";
import { Problem } from "@/lib/problem";

import { readCondition, writeCondition, type Group } from "./tree";

export type Form = { name: string; when: string; wait: WaitBody | null; condition: Group; acts: FormAct[]; stop: boolean };

const ONE_HOUR = 60;
export const FIRST_WAIT: WaitBody = { anchor: "reply", minutes: ONE_HOUR, hours: "default" };

/** A stored rule as the editor holds it; nothing stored is a new one. */
export function readForm(name: string, rule: RuleBody | null): Form {
  return { name, when: rule?.when ?? "message_received", wait: rule?.wait ?? null, condition: readCondition(rule?.if), acts: rule?.then ?? [], stop: rule?.stop ?? false };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** An act without what was left open. */
function tidy(act: FormAct): FormAct {
  return Object.fromEntries(Object.entries(act).filter(([, value]) => !isEmpty(value))) as FormAct;
}

/** Whether every act says all it has to say. */
export function areComplete(acts: readonly FormAct[], words: Words["acts"]): boolean {
  return acts.every((act) => {
    const word = words.find((one) => one.name === act.act);
    if (!word || word.params.some((param) => param.required && isEmpty(act[param.name]))) return false;
    return word.either.length === 0 || word.either.filter((name) => !isEmpty(act[name])).length === 1;
  });
}

/** The rule as it is stored. */
export function writeForm(form: Form): RuleBody {
  const body: RuleBody = { when: form.when, if: writeCondition(form.condition), then: form.acts.map(tidy), stop: form.stop };
  return form.wait === null ? body : { ...body, wait: form.wait };
}

/** What tells two forms apart: ids of the editor's own do not count. */
export function printForm(form: Form): string {
  return JSON.stringify([form.name.trim(), writeForm(form)]);
}

/** What the server says about a place of the rule, or about something within it. */
export function errorWithin(error: unknown, place: string): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  return error.fields.find((one) => one.field === place || one.field.startsWith(`${place}.`))?.message;
}

/** What the server says about exactly this place. */
export function errorAt(error: unknown, ...places: string[]): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  return error.fields.find((one) => places.includes(one.field))?.message;
}
