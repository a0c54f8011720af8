import type { Schemas } from "@parley/client";
import type { Id, Page } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";
import { keys } from "@/lib/query";

export type AgentRouting = Schemas["AgentRoutingView"];
export type TeamRouting = Schemas["TeamRoutingView"];
export type TeamWay = Schemas["TeamSettings"];
export type AwaySpan = Schemas["Away"];
export type Mode = "least_busy" | "round_robin" | "manual";
export type Skill = { name: string; intents: string[]; tags: string[] };
export type QueueRow = Schemas["QueueView"];

/** How a workspace shares work out, as the decider keeps it. */
export type RoutingValues = {
  mode: Mode; limit: number; team_only: boolean; weights: Record<string, number>; personal: boolean; sticky_days: number; languages: "off" | "prefer" | "require"; skills: Skill[]; hand_over: boolean;
  /** From so many who wait (0: never) agents take on so many times their room. */
  peak?: { waiting: number; factor: number };
};

export const routingKeys = {
  agents: keys.settings("routing", "agents"),
  teams: keys.settings("routing", "teams"),
  queues: ["queues"] as const,
  personal: (id: Id) => ["customer", id, "agent"] as const,
};

const all = { params: { query: { limit: 200 } } };

export const listAgentRouting = () => unwrap(api.GET("/api/v1/routing/agents", all)) as Promise<Page<AgentRouting>>;
export const saveAgentRouting = ({ agent_id, ...body }: AgentRouting) =>
  unwrap(api.PUT("/api/v1/routing/agents/{agent_id}", { params: { path: { agent_id } }, body })) as Promise<AgentRouting>;
export const listTeamRouting = () => unwrap(api.GET("/api/v1/routing/teams", all)) as Promise<Page<TeamRouting>>;
export const saveTeamRouting = ({ team_id, settings }: TeamRouting) => unwrap(api.PUT("/api/v1/routing/teams/{team_id}", { params: { path: { team_id } }, body: settings }));
export const listQueues = () => unwrap(api.GET("/api/v1/queues", all)) as Promise<Page<QueueRow>>;
export const getPersonalAgent = (id: Id) => unwrap(api.GET("/api/v1/customers/{customer_id}/agent", { params: { path: { customer_id: id } } }));
export const setPersonalAgent = (id: Id, agent: Id | null) => unwrap(api.PUT("/api/v1/customers/{customer_id}/agent", { params: { path: { customer_id: id } }, body: { agent_id: agent } }));
