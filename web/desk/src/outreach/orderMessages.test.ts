import type { DeciderSettings } from "@parley/client/types";
import { TooltipRoom } from "@parley/ui/Tooltip";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { createElement } from "react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { keys } from "@/lib/query";

import { DELAY_KINDS, STATUS_KINDS } from "./api";
import { OrderMessagesPage } from "./OrderMessagesPage";

const VALUES = {
  confirmation: false, shipped: false, delivered: false, late: true, unsent: true, stock_out: true, pickup: true, collect: true,
  grace_days: 1, processing_days: 0, label_days: 3, collect_days: 4, stock_out_hours: 24, stock_out_at_zero: false,
  quiet_from: "21:00", quiet_to: "08:00", most_an_hour: 500, texts: { de: { late: { subject: "Spät", body: "" } } },
}; // prettier-ignore
const written = (language: string) => ({
  language,
  languages: ["en", "pt-BR"],
  variables: ["number", "name"],
  items: [...STATUS_KINDS, ...DELAY_KINDS].map((kind) => ({ kind, subject: `${kind} ${language}`, html: `<p>About ${kind} in ${language}</p>`, words: { subject: "Late: {number}", body: "Sorry." }, own: ownOf(language, kind) })),
});
const ownOf = (language: string, kind: string) => (stored.values.texts as Record<string, Record<string, object> | undefined>)[language]?.[kind] ?? { subject: "", body: "" };

let stored: DeciderSettings;
let put: DeciderSettings[];
/** When the server refuses; null: it does not. */
let refusal: Promise<void> | null;

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname === "/api/v1/order-messages/texts") return Response.json(written(url.searchParams.get("language") ?? ""));
  if (request.method !== "PUT") return Response.json({ items: [{ name: "routing", version: 1, enabled: true, values: {} }, stored], next: null });
  expect(url.pathname).toBe("/api/v1/deciders/order_messages");
  const body = (await request.json()) as Pick<DeciderSettings, "enabled" | "values">;
  if (refusal) {
    await refusal;
    return Response.json({ status: 422, code: "bad_setting", detail: "No.", errors: [] }, { status: 422 });
  }
  stored = { ...stored, ...body };
  put.push(stored);
  return Response.json(stored);
}

function open(permissions: string[] = ["automation:read", "automation:write"], language = "en") {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  client.setQueryData(keys.session, { state: "signed_in", agent: { permissions }, workspace: { language } });
  return render(createElement(QueryClientProvider, { client }, createElement(TooltipRoom, null, createElement(OrderMessagesPage))));
}

const turn = (name: string) => screen.getByRole<HTMLInputElement>("switch", { name });

beforeAll(() => setLocale("en"));
beforeEach(() => {
  stored = { name: "order_messages", version: 1, enabled: true, values: { ...VALUES } };
  put = [];
  refusal = null;
  vi.stubGlobal("fetch", answer);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("the settings of order messages", () => {
  it("shows every kind as it is set", async () => {
    open();
    expect((await screen.findByRole<HTMLInputElement>("switch", { name: "The order is on its way" })).checked).toBe(false);
    expect(turn("The parcel is late").checked).toBe(true);
    expect(screen.getAllByRole("switch")).toHaveLength(1 + STATUS_KINDS.length + DELAY_KINDS.length);
  });

  it("keeps a switch, and everything else as it was", async () => {
    open();
    fireEvent.click(await screen.findByRole("switch", { name: "The order is on its way" }));
    await vi.waitFor(() => expect(turn("The order is on its way").checked).toBe(true));
    await vi.waitFor(() => expect(put).toHaveLength(1));
    expect(put[0]).toMatchObject({ enabled: true, values: { ...VALUES, shipped: true } });
  });

  it("loses no change that follows another at once", async () => {
    open();
    fireEvent.click(await screen.findByRole("switch", { name: "The order is confirmed" }));
    fireEvent.click(turn("The order was delivered"));
    fireEvent.click(turn("The parcel is late"));
    await vi.waitFor(() => expect(put).toHaveLength(3));
    expect(stored.values).toEqual({ ...VALUES, confirmation: true, delivered: true, late: false });
  });

  it("asks for patience only where it watches, and takes no nonsense", async () => {
    open();
    const days = await screen.findByLabelText<HTMLInputElement>("Days of grace after the promised day");
    for (const nonsense of ["", "-1", "1.5", "1000"]) {
      fireEvent.change(days, { target: { value: nonsense } });
      fireEvent.blur(days);
      expect(days.value).toBe("1");
    }
    fireEvent.change(days, { target: { value: "2" } });
    fireEvent.blur(days);
    await vi.waitFor(() => expect(put).toHaveLength(1));
    expect(put[0]?.values.grace_days).toBe(2);
    fireEvent.click(turn("The parcel is late"));
    await vi.waitFor(() => expect(screen.queryByLabelText("Days of grace after the promised day")).toBeNull());
  });

  it("sets the quiet hours and says when there are none", async () => {
    open();
    fireEvent.change(await screen.findByLabelText("Until"), { target: { value: "21:00" } });
    await vi.waitFor(() => expect(put[0]?.values).toMatchObject({ quiet_from: "21:00", quiet_to: "21:00" }));
    expect(await screen.findByText(/there are no quiet hours/)).toBeTruthy();
  });

  it("takes a change back that the server refuses", async () => {
    open();
    const late = await screen.findByRole<HTMLInputElement>("switch", { name: "The parcel is late" });
    const refuse: (() => void)[] = [];
    refusal = new Promise((resolve) => refuse.push(resolve));
    fireEvent.click(late);
    await vi.waitFor(() => expect(turn("The parcel is late").checked).toBe(false));
    refuse[0]?.();
    await vi.waitFor(() => expect(turn("The parcel is late").checked).toBe(true));
    expect(put).toEqual([]);
  });

  it("lets nobody switch who only may look, or when all is off", async () => {
    const { unmount } = open(["automation:read"]);
    expect((await screen.findByRole<HTMLInputElement>("switch", { name: "The parcel is late" })).disabled).toBe(true);
    unmount();
    stored = { ...stored, enabled: false };
    open();
    expect((await screen.findByRole<HTMLInputElement>("switch", { name: "Tell customers about their orders" })).disabled).toBe(false);
    expect(turn("The parcel is late").disabled).toBe(true);
  });

  it("shows what is read, in the workspace's language first", async () => {
    open(undefined, "pt-BR");
    const mail = await screen.findByRole("article", { name: "Preview" });
    expect(within(mail).getByText("About late in pt-BR")).toBeTruthy();
    fireEvent.change(screen.getByLabelText("Message"), { target: { value: "stock_out" } });
    expect(within(mail).getByRole("heading").textContent).toBe("stock_out pt-BR");
    fireEvent.change(screen.getByLabelText("Language"), { target: { value: "en" } });
    expect(await screen.findByText("About stock_out in en")).toBeTruthy();
    expect(screen.getByRole("article", { name: "Preview" }).lang).toBe("en");
  });

  it("keeps own words beside those of other languages and kinds, and takes them away again", async () => {
    open();
    fireEvent.click(await screen.findByText("Write it in your own words"));
    const subject = screen.getByLabelText<HTMLInputElement>("Subject");
    expect(subject.value).toBe("Late: {number}");
    expect(screen.getByText(/These are filled in: \{number\} \{name\}\./)).toBeTruthy();
    fireEvent.change(subject, { target: { value: " Oh no, {number} " } });
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    await vi.waitFor(() => expect(put).toHaveLength(1));
    // What is left as it was stays ours.
    expect(put[0]?.values.texts).toEqual({ de: { late: { subject: "Spät", body: "" } }, en: { late: { subject: "Oh no, {number}", body: "" } } });
    fireEvent.click(await screen.findByRole("button", { name: "Use the built-in words" }));
    await vi.waitFor(() => expect(put).toHaveLength(2));
    expect(put[1]?.values.texts).toEqual({ de: { late: { subject: "Spät", body: "" } }, en: {} });
    await vi.waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("Subject").value).toBe("Late: {number}"));
  });

  it("speaks Portuguese", async () => {
    await setLocale("pt-BR");
    open();
    expect(await screen.findByRole("switch", { name: "O pacote está atrasado" })).toBeTruthy();
    await setLocale("en");
  });
});
