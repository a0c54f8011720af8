import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { desk } from "./base";

const frame = createRoute({ getParentRoute: () => desk, path: "/settings", component: lazyRouteComponent(() => import("./routes/SettingsRoute"), "SettingsRoute") });

// Each route has a name of its own: made in place, its type would be lost.
const index = createRoute({ getParentRoute: () => frame, path: "/", component: lazyRouteComponent(() => import("./routes/SettingsRoute"), "SettingsIndex") });
const profile = createRoute({ getParentRoute: () => frame, path: "/profile", component: lazyRouteComponent(() => import("@/accounts/profile/ProfilePage"), "ProfilePage") });
const security = createRoute({ getParentRoute: () => frame, path: "/security", component: lazyRouteComponent(() => import("@/accounts/profile/SecurityPage"), "SecurityPage") });
const notifications = createRoute({ getParentRoute: () => frame, path: "/notifications", component: lazyRouteComponent(() => import("@/accounts/profile/NotificationsPage"), "NotificationsPage") });
const workspace = createRoute({ getParentRoute: () => frame, path: "/workspace", component: lazyRouteComponent(() => import("@/accounts/WorkspacePage"), "WorkspacePage") });
const agents = createRoute({ getParentRoute: () => frame, path: "/agents", component: lazyRouteComponent(() => import("@/accounts/AgentsPage"), "AgentsPage") });
const teams = createRoute({ getParentRoute: () => frame, path: "/teams", component: lazyRouteComponent(() => import("@/accounts/TeamsPage"), "TeamsPage") });
const brands = createRoute({ getParentRoute: () => frame, path: "/brands", component: lazyRouteComponent(() => import("@/accounts/BrandsPage"), "BrandsPage") });
const tags = createRoute({ getParentRoute: () => frame, path: "/tags", component: lazyRouteComponent(() => import("@/conversations/settings/TagsPage"), "TagsPage") });
const fields = createRoute({ getParentRoute: () => frame, path: "/fields", component: lazyRouteComponent(() => import("@/conversations/settings/FieldsPage"), "FieldsPage") });
const checklists = createRoute({ getParentRoute: () => frame, path: "/checklists", component: lazyRouteComponent(() => import("@/conversations/settings/ChecklistsPage"), "ChecklistsPage") });
const channels = createRoute({ getParentRoute: () => frame, path: "/channels", component: lazyRouteComponent(() => import("@/channels/ChannelsPage"), "ChannelsPage") });
type ChannelSearch = { connected?: string; oauth_error?: string };

const channel = createRoute({
  getParentRoute: () => frame,
  path: "/channels/$id",
  validateSearch: (search): ChannelSearch => ({
    ...(typeof search.connected === "string" && { connected: search.connected }),
    ...(typeof search.oauth_error === "string" && { oauth_error: search.oauth_error }),
  }),
  component: lazyRouteComponent(() => import("@/channels/ChannelPage"), "ChannelPage"),
});
const stores = createRoute({
  getParentRoute: () => frame,
  path: "/stores",
  validateSearch: (search): { refused?: string } => (typeof search.refused === "string" ? { refused: search.refused } : {}),
  component: lazyRouteComponent(() => import("@/commerce/stores/StoresPage"), "StoresPage"),
});
const store = createRoute({
  getParentRoute: () => frame,
  path: "/stores/$id",
  validateSearch: (search): { connected?: string } => (typeof search.connected === "string" ? { connected: search.connected } : {}),
  component: lazyRouteComponent(() => import("@/commerce/stores/StorePage"), "StorePage"),
});
const policies = createRoute({ getParentRoute: () => frame, path: "/policies", component: lazyRouteComponent(() => import("@/commerce/policies/PoliciesPage"), "PoliciesPage") });
const limits = createRoute({ getParentRoute: () => frame, path: "/limits", component: lazyRouteComponent(() => import("@/commerce/limits/LimitsPage"), "LimitsPage") });
const orderMessages = createRoute({ getParentRoute: () => frame, path: "/order-messages", component: lazyRouteComponent(() => import("@/outreach/OrderMessagesPage"), "OrderMessagesPage") });
const hours = createRoute({ getParentRoute: () => frame, path: "/hours", component: lazyRouteComponent(() => import("@/automation/HoursPage"), "HoursPage") });
const macros = createRoute({ getParentRoute: () => frame, path: "/macros", component: lazyRouteComponent(() => import("@/automation/macros/MacrosPage"), "MacrosPage") });
const rules = createRoute({ getParentRoute: () => frame, path: "/rules", component: lazyRouteComponent(() => import("@/automation/rules/RulesPage"), "RulesPage") });
const rule = createRoute({ getParentRoute: () => frame, path: "/rules/$id", component: lazyRouteComponent(() => import("@/automation/rules/RulePage"), "RulePage") });
const broadcasts = createRoute({ getParentRoute: () => frame, path: "/broadcasts", component: lazyRouteComponent(() => import("@/outreach/broadcasts/BroadcastsPage"), "BroadcastsPage") });
const broadcast = createRoute({ getParentRoute: () => frame, path: "/broadcasts/$id", component: lazyRouteComponent(() => import("@/outreach/broadcasts/BroadcastPage"), "BroadcastPage") });
const rehearsals = createRoute({ getParentRoute: () => frame, path: "/rehearsals", component: lazyRouteComponent(() => import("@/automation/rehearsals/RehearsalsPage"), "RehearsalsPage") });
const rehearsal = createRoute({ getParentRoute: () => frame, path: "/rehearsals/$id", component: lazyRouteComponent(() => import("@/automation/rehearsals/RehearsalPage"), "RehearsalPage") });
const automation = createRoute({ getParentRoute: () => frame, path: "/automation", component: lazyRouteComponent(() => import("@/automation/AutomationPage"), "AutomationPage") });
const routing = createRoute({ getParentRoute: () => frame, path: "/routing", component: lazyRouteComponent(() => import("@/automation/routing/RoutingPage"), "RoutingPage") });
const slas = createRoute({ getParentRoute: () => frame, path: "/slas", component: lazyRouteComponent(() => import("@/automation/slas/SlasPage"), "SlasPage") });
const sla = createRoute({ getParentRoute: () => frame, path: "/slas/$id", component: lazyRouteComponent(() => import("@/automation/slas/SlaPage"), "SlaPage") });
const tokens = createRoute({ getParentRoute: () => frame, path: "/tokens", component: lazyRouteComponent(() => import("@/accounts/TokensPage"), "TokensPage") });
const webhooks = createRoute({ getParentRoute: () => frame, path: "/webhooks", component: lazyRouteComponent(() => import("@/accounts/webhooks/WebhooksPage"), "WebhooksPage") });
const webhook = createRoute({ getParentRoute: () => frame, path: "/webhooks/$id", component: lazyRouteComponent(() => import("@/accounts/webhooks/WebhookPage"), "WebhookPage") });
const audit = createRoute({ getParentRoute: () => frame, path: "/audit", component: lazyRouteComponent(() => import("@/accounts/AuditPage"), "AuditPage") });

/** The settings and their pages, each loaded when it is opened. */
export const settings = frame.addChildren([
  index,
  profile,
  security,
  notifications,
  workspace,
  agents,
  teams,
  brands,
  tags,
  fields,
  checklists,
  channels,
  channel,
  stores,
  store,
  policies,
  orderMessages,
  limits,
  hours,
  macros,
  rules,
  rule,
  broadcasts,
  broadcast,
  rehearsals,
  rehearsal,
  automation,
  routing,
  slas,
  sla,
  tokens,
  webhooks,
  webhook,
  audit,
]);
