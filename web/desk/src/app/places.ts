import type { Permission } from "@parley/client/types";
import {
  BadgeCheck,
  Bell,
  Building2,
  CalendarClock,
  FlaskConical,
  Fingerprint,
  Gauge,
  KeyRound,
  ListChecks,
  ListOrdered,
  Megaphone,
  PackageCheck,
  Radio,
  Route,
  Scale,
  ScrollText,
  ShoppingBag,
  Store,
  Tag,
  TextCursorInput,
  Timer,
  UserRound,
  UsersRound,
  Webhook,
  Workflow,
  Zap,
  type LucideIcon,
} from "lucide-react";

import type { Key } from "@/lib/i18n/catalogue";

export type Place = { to: string; label: Key; sign: LucideIcon; needs?: Permission };

/** The pages of settings, as the menu and the palette list them. */
export const PLACES: readonly { title: Key; places: readonly Place[] }[] = [
  {
    title: "settings.you",
    places: [
      { to: "/settings/profile", label: "settings.profile", sign: UserRound },
      { to: "/settings/security", label: "settings.security", sign: Fingerprint },
      { to: "/settings/notifications", label: "settings.notifications", sign: Bell },
    ],
  },
  {
    title: "settings.team",
    places: [
      { to: "/settings/workspace", label: "settings.workspace", sign: Building2, needs: "settings:write" },
      { to: "/settings/agents", label: "settings.agents", sign: BadgeCheck },
      { to: "/settings/teams", label: "settings.teams", sign: UsersRound },
      { to: "/settings/hours", label: "settings.hours", sign: CalendarClock, needs: "settings:write" },
    ],
  },
  {
    title: "settings.inbox",
    places: [
      { to: "/settings/channels", label: "settings.channels", sign: Radio },
      { to: "/settings/stores", label: "settings.stores", sign: ShoppingBag, needs: "stores:read" },
      { to: "/settings/policies", label: "settings.policies", sign: Scale, needs: "policies:read" },
      { to: "/settings/order-messages", label: "settings.order_messages", sign: PackageCheck, needs: "automation:read" },
      { to: "/settings/broadcasts", label: "settings.broadcasts", sign: Megaphone, needs: "automation:read" },
      { to: "/settings/limits", label: "settings.limits", sign: Gauge, needs: "orders:read" },
      { to: "/settings/brands", label: "settings.brands", sign: Store, needs: "settings:write" },
      { to: "/settings/tags", label: "settings.tags", sign: Tag },
      { to: "/settings/fields", label: "settings.fields", sign: TextCursorInput, needs: "settings:write" },
      { to: "/settings/checklists", label: "settings.checklists", sign: ListChecks },
      { to: "/settings/macros", label: "settings.macros", sign: Zap, needs: "automation:read" },
      { to: "/settings/rules", label: "settings.rules", sign: ListOrdered, needs: "automation:read" },
      { to: "/settings/rehearsals", label: "settings.rehearsals", sign: FlaskConical, needs: "automation:read" },
      { to: "/settings/routing", label: "settings.routing", sign: Route, needs: "automation:read" },
      { to: "/settings/slas", label: "settings.slas", sign: Timer, needs: "automation:read" },
      { to: "/settings/automation", label: "settings.automation", sign: Workflow, needs: "automation:read" },
    ],
  },
  {
    title: "settings.platform",
    places: [
      { to: "/settings/tokens", label: "settings.tokens", sign: KeyRound, needs: "tokens:write" },
      { to: "/settings/webhooks", label: "settings.webhooks", sign: Webhook, needs: "webhooks:write" },
      { to: "/settings/audit", label: "settings.audit", sign: ScrollText, needs: "audit:read" },
    ],
  },
];

/** What somebody with these rights may open. */
export function listPlaces(permissions: readonly Permission[]): { title: Key; places: Place[] }[] {
  return PLACES.map(({ title, places }) => ({ title, places: places.filter((one) => one.needs === undefined || permissions.includes(one.needs)) })).filter((group) => group.places.length > 0);
}
