import { COMMANDS, type CommandId } from "./table";

const NAME = "parley.recent";
const KEPT = 4;

/** The commands that were run from the palette last, the newest first. */
export function listRecent(): CommandId[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(NAME) ?? "[]");
    return Array.isArray(kept) ? kept.filter((id): id is CommandId => typeof id === "string" && id in COMMANDS).slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

export function noteRecent(id: CommandId): void {
  try {
    localStorage.setItem(NAME, JSON.stringify([id, ...listRecent().filter((one) => one !== id)].slice(0, KEPT)));
  } catch {
    // Private windows may refuse storage; the palette then only lists the commands in their order.
  }
}
