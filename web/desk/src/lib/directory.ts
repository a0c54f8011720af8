import type { paths } from "@parley/client";
import type {
  Agent, Brand, BusinessHours, Channel, Checklist, CustomField, Id, Me, Page, Permission, Session, Sort, Tag, Team, View, ViewFilter, Workspace,
} from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { api, unwrap } from "@/lib/http";
import { keys } from "@/lib/query";

type Records = {
  agents: Agent; teams: Team; tags: Tag; brands: Brand; channels: Channel; "custom-fields": CustomField; checklists: Checklist; "business-hours": BusinessHours;
};
export type DirectoryName = keyof Records;
export type RecordOf<N extends DirectoryName> = Records[N];
type BodyOf<P extends keyof paths, M extends "post" | "patch"> = paths[P] extends Record<M, { requestBody: { content: { "application/json": infer B } } }> ? B : never;
type Bodies<A extends keyof paths, O extends keyof paths> = { made: BodyOf<A, "post">; changed: BodyOf<O, "patch"> };
/** What each sort of record is made and changed with, by the description of the interface. */
type Written = {
  agents: { made: never; changed: never };
  channels: { made: never; changed: never };
  teams: Bodies<"/api/v1/teams", "/api/v1/teams/{team_id}">;
  tags: Bodies<"/api/v1/tags", "/api/v1/tags/{tag_id}">;
  brands: Bodies<"/api/v1/brands", "/api/v1/brands/{brand_id}">;
  "custom-fields": Bodies<"/api/v1/custom-fields", "/api/v1/custom-fields/{field_id}">;
  checklists: Bodies<"/api/v1/checklists", "/api/v1/checklists/{checklist_id}">;
  "business-hours": Bodies<"/api/v1/business-hours", "/api/v1/business-hours/{hours_id}">;
};
export type Made<N extends DirectoryName> = Written[N]["made"];
export type Changed<N extends DirectoryName> = Written[N]["changed"];
type Source<N extends DirectoryName> = {
  list: (after: string | null) => Promise<Page<{ id: Id }>>;
  create: (body: Made<N>) => Promise<unknown>;
  change: (id: Id, body: Changed<N>) => Promise<unknown>;
  remove: (id: Id) => Promise<unknown>;
};

const refuse = () => Promise.reject(new Error("this is not done here"));
const page = (after: string | null) => ({ params: { query: { limit: 200, after } } });

/** The short lists that the whole desk reads, and how their records are made, changed and removed. */
export const DIRECTORY: { readonly [N in DirectoryName]: Source<N> } = {
  agents: { list: (after) => unwrap(api.GET("/api/v1/agents", page(after))) as Promise<Page<Agent>>, create: refuse, change: refuse, remove: refuse },
  channels: { list: () => unwrap(api.GET("/api/v1/channels")) as Promise<Page<Channel>>, create: refuse, change: refuse, remove: refuse },
  teams: {
    list: (after) => unwrap(api.GET("/api/v1/teams", page(after))) as Promise<Page<Team>>,
    create: (body) => unwrap(api.POST("/api/v1/teams", { body })),
    change: (id, body) => unwrap(api.PATCH("/api/v1/teams/{team_id}", { params: { path: { team_id: id } }, body })),
    remove: (id) => unwrap(api.DELETE("/api/v1/teams/{team_id}", { params: { path: { team_id: id } } })),
  },
  tags: {
    list: (after) => unwrap(api.GET("/api/v1/tags", page(after))) as Promise<Page<Tag>>,
    create: (body) => unwrap(api.POST("/api/v1/tags", { body })),
    change: (id, body) => unwrap(api.PATCH("/api/v1/tags/{tag_id}", { params: { path: { tag_id: id } }, body })),
    remove: (id) => unwrap(api.DELETE("/api/v1/tags/{tag_id}", { params: { path: { tag_id: id } } })),
  },
  brands: {
    list: (after) => unwrap(api.GET("/api/v1/brands", page(after))) as Promise<Page<Brand>>,
    create: (body) => unwrap(api.POST("/api/v1/brands", { body })),
    change: (id, body) => unwrap(api.PATCH("/api/v1/brands/{brand_id}", { params: { path: { brand_id: id } }, body })),
    remove: (id) => unwrap(api.DELETE("/api/v1/brands/{brand_id}", { params: { path: { brand_id: id } } })),
  },
  "custom-fields": {
    list: (after) => unwrap(api.GET("/api/v1/custom-fields", page(after))) as Promise<Page<CustomField>>,
    create: (body) => unwrap(api.POST("/api/v1/custom-fields", { body })),
    change: (id, body) => unwrap(api.PATCH("/api/v1/custom-fields/{field_id}", { params: { path: { field_id: id } }, body })),
    remove: (id) => unwrap(api.DELETE("/api/v1/custom-fields/{field_id}", { params: { path: { field_id: id } } })),
  },
  checklists: {
    list: (after) => unwrap(api.GET("/api/v1/checklists", page(after))) as Promise<Page<Checklist>>,
    create: (body) => unwrap(api.POST("/api/v1/checklists", { body })),
    change: (id, body) => unwrap(api.PATCH("/api/v1/checklists/{checklist_id}", { params: { path: { checklist_id: id } }, body })),
    remove: (id) => unwrap(api.DELETE("/api/v1/checklists/{checklist_id}", { params: { path: { checklist_id: id } } })),
  },
  "business-hours": {
    list: (after) => unwrap(api.GET("/api/v1/business-hours", page(after))) as Promise<Page<BusinessHours>>,
    create: (body) => unwrap(api.POST("/api/v1/business-hours", { body })),
    change: (id, body) => unwrap(api.PATCH("/api/v1/business-hours/{hours_id}", { params: { path: { hours_id: id } }, body })),
    remove: (id) => unwrap(api.DELETE("/api/v1/business-hours/{hours_id}", { params: { path: { hours_id: id } } })),
  },
};

async function listAll(name: DirectoryName): Promise<{ id: Id }[]> {
  const items: { id: Id }[] = [];
  let after: string | null = null;
  do {
    const got: Page<{ id: Id }> = await DIRECTORY[name].list(after);
    items.push(...got.items);
    after = got.next;
  } while (after !== null);
  return items;
}

export function directoryQuery(name: DirectoryName) {
  return { queryKey: keys.directory(name), queryFn: () => listAll(name) };
}

function useDirectory<N extends DirectoryName>(name: N) {
  const { data } = useQuery(directoryQuery(name));
  return useMemo(() => {
    const items = (data ?? []) as RecordOf<N>[];
    return { items, byId: new Map<Id, RecordOf<N>>(items.map((item) => [item.id, item])), ready: data !== undefined };
  }, [data]);
}

export const useAgents = () => useDirectory("agents");
export const useTeams = () => useDirectory("teams");
export const useTags = () => useDirectory("tags");
export const useBrands = () => useDirectory("brands");
export const useChannels = () => useDirectory("channels");
export const useCustomFields = () => useDirectory("custom-fields");
export const useChecklists = () => useDirectory("checklists");

function builtIn(position: number, key: string, filter: ViewFilter, sort: Sort = "newest"): View {
  return { id: null, key, name: key, shared: true, position, filter, sort, count: 0, unread: 0 };
}

/** The views that every installation has, to be shown before their counts are known. */
const BUILT_IN: View[] = [
  builtIn(0, "mine", { status: ["open"], assignee: "me" }),
  builtIn(1, "unassigned", { status: ["open"], assignee: "none" }),
  builtIn(2, "all_open", { status: ["open"] }),
  builtIn(3, "mentions", { mentioned: true }),
  builtIn(4, "waiting", { status: ["open"], waiting: true }, "waiting"),
  builtIn(5, "due", { status: ["open"], due: "soon" }, "due"),
  builtIn(6, "drafts", { draft: true }),
  builtIn(7, "snoozed", { status: ["snoozed"] }),
  builtIn(8, "closed", { status: ["closed"] }),
  builtIn(9, "spam", { status: ["spam"] }),
];

export function useViews() {
  const query = useQuery({ queryKey: keys.views, queryFn: async () => (await unwrap(api.GET("/api/v1/views"))).items as View[], staleTime: 30_000 });
  return { ...query, data: query.data ?? BUILT_IN };
}

export const sessionQuery = { queryKey: keys.session, queryFn: () => unwrap(api.GET("/api/v1/session")) as Promise<Session>, staleTime: Infinity } as const;

/** Who is signed in and where. Only below the signed-in part of the page. */
export function useSelf(): { agent: Me; workspace: Workspace } {
  const { data } = useQuery(sessionQuery);
  if (!data?.agent || !data.workspace) throw new Error("nobody is signed in");
  return { agent: data.agent, workspace: data.workspace };
}

/** Whether the reader has a permission. The server decides; this only hides what would be refused. */
export function useMay(permission: Permission): boolean {
  return useSelf().agent.permissions.includes(permission);
}
