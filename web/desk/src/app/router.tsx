import { createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";

import type { Sort } from "@parley/client/types";

import { parseSearch } from "@/automation/brief/narrowing";
import { openMessages } from "@/direct/panel";

import type { Queue } from "@/commerce/returns/ReturnsPage";

import { desk, root } from "./base";
import { BrokenPage } from "./BrokenPage";
import { settings } from "./settings";

type InboxSearch = { sort?: Sort } & Partial<Record<(typeof NARROWING)[number], string>>;
type FindSearch = { q?: string };
type SignInSearch = { next?: string };
type ReturnsSearch = { queue?: Queue; id?: string };
type SetupSearch = { token?: string };
type NumbersSearch = { days?: number; channel?: string; show?: string };

const SORTS: readonly unknown[] = ["newest", "oldest", "waiting", "priority", "due"] satisfies Sort[];
const NARROWING = ["tag", "channel", "team", "assignee", "priority", "language", "created_from", "created_to"] as const;

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (search): SignInSearch => {
    const next = text(search.next);
    return next?.startsWith("/") && !next.startsWith("//") ? { next } : {};
  },
  component: lazyRouteComponent(() => import("@/accounts/SignInPage"), "SignInPage"),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  validateSearch: (search): SetupSearch => {
    const token = text(search.token);
    return token === undefined ? {} : { token };
  },
  component: lazyRouteComponent(() => import("@/accounts/SetupPage"), "SetupPage"),
});
const reset = createRoute({ getParentRoute: () => root, path: "/reset", component: lazyRouteComponent(() => import("@/accounts/ResetPage"), "ResetPage") });
const newPassword = createRoute({ getParentRoute: () => root, path: "/reset/$token", component: lazyRouteComponent(() => import("@/accounts/NewPasswordPage"), "NewPasswordPage") });
const invitation = createRoute({ getParentRoute: () => root, path: "/invitation/$token", component: lazyRouteComponent(() => import("@/accounts/InvitationPage"), "InvitationPage") });

const home = createRoute({
  getParentRoute: () => desk,
  path: "/",
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's own way to send elsewhere
    throw redirect({ to: "/inbox/$view", params: { view: "mine" }, replace: true });
  },
});

const inboxIndex = createRoute({ getParentRoute: () => desk, path: "/inbox", component: lazyRouteComponent(() => import("./routes/InboxIndex"), "InboxIndex") });

const inbox = createRoute({
  getParentRoute: () => desk,
  path: "/inbox/$view",
  validateSearch: (search): InboxSearch => {
    const { sort } = search;
    const narrowing = NARROWING.map((name) => [name, text(search[name])]).filter(([, value]) => value !== undefined);
    return { ...(SORTS.includes(sort) && { sort: sort as Sort }), ...(Object.fromEntries(narrowing) as InboxSearch) };
  },
  component: lazyRouteComponent(() => import("./routes/InboxRoute"), "InboxRoute"),
});

const inboxConversation = createRoute({
  getParentRoute: () => inbox,
  path: "/$id",
  component: lazyRouteComponent(() => import("./routes/ConversationRoute"), "InboxConversationRoute"),
});

const conversation = createRoute({
  getParentRoute: () => desk,
  path: "/conversations/$id",
  component: lazyRouteComponent(() => import("./routes/ConversationRoute"), "ConversationRoute"),
});

const search = createRoute({
  getParentRoute: () => desk,
  path: "/search",
  validateSearch: (given): FindSearch => {
    const q = text(given.q);
    return q === undefined ? {} : { q };
  },
  component: lazyRouteComponent(() => import("@/conversations/search/SearchPage"), "SearchPage"),
});

const customers = createRoute({
  getParentRoute: () => desk,
  path: "/customers",
  validateSearch: (given): FindSearch => {
    const q = text(given.q);
    return q === undefined ? {} : { q };
  },
  component: lazyRouteComponent(() => import("@/customers/CustomersPage"), "CustomersPage"),
});

const customer = createRoute({ getParentRoute: () => desk, path: "/customers/$id", component: lazyRouteComponent(() => import("./routes/CustomerRoute"), "CustomerRoute") });

const numbers = createRoute({
  getParentRoute: () => desk,
  path: "/numbers",
  validateSearch: (given): NumbersSearch => {
    const days = Number(given.days);
    const [channel, show] = [text(given.channel), text(given.show)];
    return { ...([7, 28, 90].includes(days) && { days }), ...(channel !== undefined && { channel }), ...(show !== undefined && { show }) };
  },
  component: lazyRouteComponent(() => import("@/insights/NumbersPage"), "NumbersPage"),
});

const failedWork = createRoute({ getParentRoute: () => desk, path: "/failed-work", component: lazyRouteComponent(() => import("@/insights/FailedWorkPage"), "FailedWorkPage") });

const returns = createRoute({
  getParentRoute: () => desk,
  path: "/returns",
  validateSearch: (given): ReturnsSearch => {
    const id = text(given.id);
    return { ...((["requested", "open", "all"] as unknown[]).includes(given.queue) && { queue: given.queue as Queue }), ...(id !== undefined && { id }) };
  },
  component: lazyRouteComponent(() => import("@/commerce/returns/ReturnsPage"), "ReturnsPage"),
});

const alerts = createRoute({ getParentRoute: () => desk, path: "/alerts", component: lazyRouteComponent(() => import("@/automation/alerts/AlertsPage"), "AlertsPage") });

const queue = createRoute({ getParentRoute: () => desk, path: "/queue", component: lazyRouteComponent(() => import("@/automation/queue/QueuePage"), "QueuePage") });
const handovers = createRoute({ getParentRoute: () => desk, path: "/handovers", component: lazyRouteComponent(() => import("@/automation/handovers/HandoversPage"), "HandoversPage") });
const handOver = createRoute({ getParentRoute: () => desk, path: "/handovers/new", component: lazyRouteComponent(() => import("@/automation/handovers/HandOverPage"), "HandOverPage") });
const handover = createRoute({ getParentRoute: () => desk, path: "/handovers/$id", component: lazyRouteComponent(() => import("@/automation/handovers/BriefPage"), "BriefPage") });

const brief = createRoute({
  getParentRoute: () => desk,
  path: "/brief",
  validateSearch: parseSearch,
  component: lazyRouteComponent(() => import("@/automation/brief/ShiftBriefPage"), "ShiftBriefPage"),
});
const briefConversation = createRoute({ getParentRoute: () => desk, path: "/brief/$id", component: lazyRouteComponent(() => import("./routes/ConversationRoute"), "BriefConversationRoute") });

const approvals = createRoute({ getParentRoute: () => desk, path: "/approvals", component: lazyRouteComponent(() => import("@/commerce/approvals/ApprovalsPage"), "ApprovalsPage") });
const messages = createRoute({
  getParentRoute: () => desk,
  path: "/messages/$id",
  beforeLoad: ({ params }) => {
    openMessages({ thread: params.id });
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's own way to send elsewhere
    throw redirect({ to: "/inbox/$view", params: { view: "mine" }, replace: true });
  },
});

const tree = root.addChildren([
  login,
  setup,
  reset,
  newPassword,
  invitation,
  desk.addChildren([home, inboxIndex, inbox.addChildren([inboxConversation]), conversation, search, customers, customer, queue, handovers, handOver, handover, brief, briefConversation, alerts, approvals, returns, numbers, failedWork, messages, settings]),
]);

export const router = createRouter({ routeTree: tree, defaultPreload: "intent", defaultPreloadStaleTime: 0, scrollRestoration: true, defaultErrorComponent: BrokenPage });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
