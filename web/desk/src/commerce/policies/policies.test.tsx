import type { PolicyTerms } from "@parley/client/types";
import { TooltipRoom } from "@parley/ui/Tooltip";
import { act, useState } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";

import { Charges } from "./Charges";
import { Clauses } from "./Clauses";
import { Exceptions } from "./Exceptions";
import { freeCode } from "./rows";

const START = {
  currency: "EUR",
  languages: ["en", "pt-BR"],
  charges: [{ code: "customs", countries: ["BR"], paid_by: "customer", amount: null, percent: 20, text: { en: "Customs may ask.", "pt-BR": "A alfândega pode cobrar." } }],
  clauses: [{ code: "return-money", title: { en: "Your money" }, text: { en: "Within five days." } }],
  returns: { window: 30, windows: { BR: 60 }, free_days: {}, other_currencies: [{ currency: "BRL", label_fee: 1990, by_itself: 0, keep_below: 0 }], grams: 1000 },
} as unknown as PolicyTerms;

let box: HTMLElement;
let root: Root;
let terms: PolicyTerms;

function Editor({ onChange }: { onChange: (terms: PolicyTerms) => void }) {
  const [now, setNow] = useState(START);
  const change = (next: PolicyTerms) => {
    setNow(next);
    onChange(next);
  };
  const editing = { terms: now, disabled: false, language: "en", onChange: change };
  return (
    <TooltipRoom>
      <Charges {...editing} />
      <Clauses {...editing} />
      <Exceptions {...editing} />
    </TooltipRoom>
  );
}

function type(label: string, text: string, at = 0) {
  const named = [...box.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")].filter((one) => (one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent) === label);
  const field = named.at(at);
  if (field === undefined) throw new Error(`no field ${label}`);
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  act(() => {
    Object.getOwnPropertyDescriptor(kind.prototype, "value")?.set?.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function press(name: string) {
  const button = [...box.querySelectorAll("button")].find((one) => one.textContent === name);
  if (button === undefined) throw new Error(`no button ${name}`);
  act(() => button.click());
}

beforeEach(async () => {
  (globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true;
  await setLocale("en");
  terms = START;
  box = document.body.appendChild(document.createElement("div"));
  root = createRoot(box);
  act(() => root.render(<Editor onChange={(next) => (terms = next)} />));
});

afterEach(() => {
  act(() => root.unmount());
  box.remove();
});

describe("what of a policy is no plain number", () => {
  it("is changed in one language and stays in the others", () => {
    type("What customers read", "Customs ask for nothing.");
    type("Per cent", "");
    expect(terms.charges[0]).toEqual({ ...START.charges[0], percent: null, text: { en: "Customs ask for nothing.", "pt-BR": "A alfândega pode cobrar." } });
  });

  it("stands on the page it was added to", () => {
    press("Add to the returns page");
    press("Add to the shipping page");
    type("Title on the returns page", "What can come back", 1);
    expect(terms.clauses.map((one) => one.code)).toEqual(["return-money", "return-2", "delivery-3"]);
    expect(terms.clauses[1]?.title).toEqual({ en: "What can come back" });
  });

  it("takes a country's days once the country is written", () => {
    press("Add a country's own window");
    expect(terms.returns.windows).toEqual({ BR: 60 });
    type("Country of the exception", "gb", 1);
    type("Days in this country", "45", 1);
    expect(terms.returns.windows).toEqual({ BR: 60, GB: 45 });
    type("Country of the exception", "PT", 0);
    expect(terms.returns.windows).toEqual({ PT: 60, GB: 45 });
  });

  it("reckons amounts in their own currency", () => {
    type("Fee", "24,50");
    expect(terms.returns.other_currencies[0]).toMatchObject({ currency: "BRL", label_fee: 2450 });
  });
});

it("gives a code nobody has", () => expect(freeCode("charge", ["charge-2", "customs"])).toBe("charge-3"));
