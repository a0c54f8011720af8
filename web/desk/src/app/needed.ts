import type { Permission } from "@parley/client/types";

import { PLACES } from "./places";

type Guarded = { to: string; needs?: Permission };

/** The pages outside the settings that not everybody may see. */
export const PAGES: readonly Guarded[] = [
  { to: "/numbers", needs: "numbers:read" },
  { to: "/failed-work", needs: "work:read" },
  { to: "/returns", needs: "orders:read" },
  { to: "/brief", needs: "conversations:read" },
  { to: "/queue", needs: "automation:read" },
  { to: "/handovers/new", needs: "conversations:write" },
  { to: "/alerts", needs: "automation:read" },
  { to: "/approvals", needs: "orders:read" },
];

/** The pages of settings, which are refused beside their menu. */
export const SETTINGS: readonly Guarded[] = PLACES.flatMap((group) => group.places);

/** The right that a page asks for, also for what lies below it; undefined for a page that everybody may see. */
export function findNeeded(path: string, places: readonly Guarded[]): Permission | undefined {
  return places.find(({ to }) => path === to || path.startsWith(`${to}/`))?.needs;
}
