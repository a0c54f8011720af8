import type { FileInfo, FormAct, Macro } from "@parley/client/types";

import type { MacroBody } from "./api";

export type Form = {
  name: string; folder: string; shortcut: string; /** Separated by commas. */ intents: string; /** `mine`, `all` or the id of a team. */ share: string;
  texts: Record<string, string>; acts: FormAct[]; files: FileInfo[];
};

/** Who sees a macro, as the form asks for it; a new one is everybody's where the writer may. */
export function shareOf(macro: Pick<Macro, "mine" | "team_id"> | null, manages: boolean): string {
  if (!macro) return manages ? "all" : "mine";
  return macro.mine ? "mine" : (macro.team_id ?? "all");
}

/** What is sent: pictures in a text are told apart from the files that go along. */
export function toBody(form: Form): MacroBody {
  const html = Object.values(form.texts).join("");
  return {
    name: form.name.trim(),
    folder: form.folder.trim(),
    shortcut: form.shortcut.trim() === "" ? null : form.shortcut.trim(),
    mine: form.share === "mine",
    team_id: form.share === "mine" || form.share === "all" ? null : form.share,
    intents: form.intents.split(",").map((one) => one.trim()).filter(Boolean),
    texts: form.texts,
    acts: form.acts,
    files: form.files.map((file) => ({ id: file.id, inline: html.includes(`/${file.id}?`) })),
  };
}

/** The conditions that are offered ready-made, with what stands between them. */
export const CONDITIONS = [
  { key: "order", text: "{% if order %}\u2026{% else %}\u2026{% endif %}" },
  { key: "sent", text: "{% if shipment.number %}\u2026{% else %}\u2026{% endif %}" },
  { key: "delivered", text: '{% if shipment.status == "delivered" %}\u2026{% else %}\u2026{% endif %}' },
  { key: "cancelled", text: "{% if order.cancelled %}\u2026{% else %}\u2026{% endif %}" },
  { key: "may_return", text: "{% if policy.may_return %}\u2026{% else %}\u2026{% endif %}" },
  { key: "vip", text: "{% if customer.vip %}\u2026{% endif %}" },
] as const;
