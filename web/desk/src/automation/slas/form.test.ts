import { describe, expect, it } from "vitest";

import type { SlaBody } from "./api";
import { printForm, promisesAny, readForm, splitGoal, writeForm } from "./form";

const WHOLE: SlaBody = {
  if: { all: [{ field: "customer.vip", op: "is", value: true }] },
  targets: { first_reply: { urgent: 15, high: 60 }, resolution: 2880 },
  hours: null,
  pause: { waiting_for_customer: true, snoozed: false },
  warn_minutes: [60, 15],
  automatic_replies: true,
  escalate: { warned: [{ act: "alert", to: "team" }], broken: [{ act: "set_priority", priority: "urgent" }] },
};

describe("an SLA in the editor", () => {
  it("is stored as it was read", () => {
    expect(writeForm(readForm({ name: "VIP", sla: WHOLE }))).toEqual(WHOLE);
  });

  it("reads the server's defaults where nothing is said", () => {
    const body = writeForm(readForm({ name: "Plain", sla: { targets: { next_reply: 90 } } }));
    expect(body).toEqual({ if: { all: [] }, targets: { next_reply: 90 }, hours: "default", pause: { waiting_for_customer: true, snoozed: true }, warn_minutes: [], automatic_replies: false, escalate: {} });
  });

  it("begins with a first reply and a warning", () => {
    const body = writeForm(readForm(null));
    expect(Object.keys(body.targets)).toEqual(["first_reply"]);
    expect(body.warn_minutes).toHaveLength(1);
  });

  it("leaves out what was left empty", () => {
    const form = readForm({ name: "", sla: WHOLE });
    form.goals.first_reply = { ...form.goals.first_reply, by: { urgent: undefined } };
    form.goals.resolution = { ...form.goals.resolution, minutes: undefined };
    form.warnings = [undefined, 5];
    expect(writeForm(form).targets).toEqual({});
    expect(writeForm(form).warn_minutes).toEqual([5]);
    expect(promisesAny(form)).toBe(false);
  });

  it("keeps its minutes when it is told apart by priority and put together again", () => {
    const goal = readForm({ name: "", sla: WHOLE }).goals.resolution;
    const apart = splitGoal(goal, true);
    expect(apart.by).toEqual({ urgent: 2880, high: 2880, normal: 2880, low: 2880 });
    expect(splitGoal(apart, false).minutes).toBe(2880);
  });

  it("is changed by what is stored, not by what is switched off", () => {
    const form = readForm({ name: "VIP", sla: WHOLE });
    const before = printForm(form);
    form.goals.next_reply = { ...form.goals.next_reply, minutes: 7 };
    expect(printForm(form)).toBe(before);
    form.goals.next_reply = { ...form.goals.next_reply, on: true };
    expect(printForm(form)).not.toBe(before);
  });
});
