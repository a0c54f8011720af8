import type { DeciderSettings, Session } from "@parley/client/types";
import { TooltipRoom } from "@parley/ui/Tooltip";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { keys } from "@/lib/query";

import { AutomationPage } from "./AutomationPage";
import { readTones, TONES, toSentiments } from "./tones";

const DECIDERS: DeciderSettings[] = [
  { name: "automatic_merge", version: 0, enabled: true, values: { on: false, minutes: 60, same_channel: false, same_subject: false } },
  { name: "furious", version: 0, enabled: true, values: { sentiments: ["furious"], threatening: true, to: "leads" } },
  { name: "leave_message", version: 0, enabled: false, values: { ask_email: true } },
  { name: "rules", version: 0, enabled: true, values: { acts_per_hour: 60, messages_per_hour: 3 } },
];

it("tones come back as they were stored", () => {
  expect(TONES.map((one) => readTones(toSentiments(one)))).toEqual([...TONES]);
  expect(readTones("furious")).toBe("none");
});

describe("the page", () => {
  let root: Root;
  let box: HTMLElement;
  let failing = false;
  const sent: { name: string; body: Pick<DeciderSettings, "enabled" | "values"> }[] = [];

  const answer = async (request: Request): Promise<Response> => {
    if (request.method === "GET") return Response.json({ items: DECIDERS, next: null });
    const body = (await request.json()) as Pick<DeciderSettings, "enabled" | "values">;
    const name = new URL(request.url).pathname.split("/").at(-1) ?? "";
    sent.push({ name, body });
    if (failing) await new Promise((done) => setTimeout(done, 30));
    if (failing) return Response.json({ title: "Broken", status: 500, code: "broken" }, { status: 500 });
    return Response.json({ name, version: 1, ...body });
  };

  const settle = () => act(() => new Promise((done) => setTimeout(done, 20)));
  const find = (selector: string) => box.querySelector<HTMLInputElement>(selector) ?? expect.fail(`no ${selector} in ${box.innerHTML}`);
  const toggle = (label: string) => [...box.querySelectorAll<HTMLInputElement>("input[type=checkbox]")].find((one) => one.labels?.[0]?.textContent === label) ?? expect.fail(`no switch ${label}`);

  async function open(permissions: string[]): Promise<void> {
    const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    client.setQueryData<Session>(keys.session, { state: "signed_in", agent: { role: "lead", permissions } as Session["agent"], workspace: {} as Session["workspace"], csrf: "", version: "" });
    root = createRoot(box);
    await act(async () => {
      root.render(
        <QueryClientProvider client={client}>
          <TooltipRoom>
            <AutomationPage />
          </TooltipRoom>
        </QueryClientProvider>,
      );
      await Promise.resolve();
    });
    await settle();
  }

  async function click(element: HTMLElement): Promise<void> {
    await act(async () => {
      element.click();
      await Promise.resolve();
    });
    await settle();
  }

  async function choose(label: string, value: string): Promise<void> {
    const field = find(`select[aria-label="${label}"]`);
    await act(async () => {
      field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      await Promise.resolve();
    });
    await settle();
  }

  async function enter(label: string, value: string): Promise<void> {
    const field = find(`input[aria-label="${label}"]`);
    await act(async () => {
      field.focus();
      field.value = value;
      field.blur();
      await Promise.resolve();
    });
    await settle();
  }

  beforeEach(async () => {
    await setLocale("en");
    (globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true;
    vi.stubGlobal("fetch", answer);
    sent.length = 0;
    failing = false;
    box = document.createElement("div");
    document.body.append(box);
  });
  afterEach(async () => {
    await act(async () => {
      root.unmount();
      await Promise.resolve();
    });
    box.remove();
    vi.unstubAllGlobals();
  });

  it("sets who is called, for which tones", async () => {
    await open(["automation:read", "automation:write"]);
    await choose("Who is called", "team");
    await choose("For which tone", "negative");
    await click(toggle("Call also when somebody threatens: with a lawyer, a chargeback, the press"));
    expect(sent.map((one) => one.name)).toEqual(["furious", "furious", "furious"]);
    expect(sent.at(-1)?.body).toEqual({ enabled: true, values: { sentiments: ["furious", "negative"], threatening: false, to: "team" } });
  });

  it("shows the terms of merging once it is on", async () => {
    await open(["automation:read", "automation:write"]);
    expect(box.querySelector('input[aria-label="Minutes since the last message"]')).toBeNull();
    await click(toggle("Who writes again goes on in his open conversation instead of beginning a new one"));
    await enter("Minutes since the last message", "90");
    await click(toggle("Only on the same channel"));
    expect(sent.at(-1)).toEqual({ name: "automatic_merge", body: { enabled: true, values: { on: true, minutes: 90, same_channel: true, same_subject: false } } });
  });

  it("takes no allowance that makes no sense, and takes a change back that was refused", async () => {
    await open(["automation:read", "automation:write"]);
    await enter("Messages sent within an hour", "-1");
    expect(sent).toEqual([]);
    failing = true;
    await enter("Messages sent within an hour", "1");
    await settle();
    expect(sent).toEqual([{ name: "rules", body: { enabled: true, values: { acts_per_hour: 60, messages_per_hour: 1 } } }]);
    expect(find('input[aria-label="Messages sent within an hour"]').value).toBe("3");
  });

  it("can be read by who may not write, in his language", async () => {
    await setLocale("pt-BR");
    await open(["automation:read"]);
    expect(box.textContent).toContain("Em uma conversa, as regras fazem no máximo");
    expect([...box.querySelectorAll<HTMLInputElement>("input, select")].every((one) => one.disabled)).toBe(true);
  });
});
