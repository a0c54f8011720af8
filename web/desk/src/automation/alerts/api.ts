import type { Alert, AlertNumbers, Id, Page } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

export const alertKeys = {
  mine: ["alerts", "mine"] as const,
  all: ["alerts", "all"] as const,
  numbers: ["alerts", "numbers"] as const,
};

export const listMine = () => unwrap(api.GET("/api/v1/alerts", { params: { query: { unhandled: true, mine: true, limit: 20 } } })) as unknown as Promise<Page<Alert>>;

export const listAll = (after: string | null) =>
  unwrap(api.GET("/api/v1/alerts", { params: { query: { limit: 50, ...(after !== null && { after }) } } })) as unknown as Promise<Page<Alert>>;

export const getNumbers = () => unwrap(api.GET("/api/v1/alerts/numbers")) as Promise<AlertNumbers>;

export const postSeen = (id: Id) => unwrap(api.POST("/api/v1/alerts/{alert_id}/seen", { params: { path: { alert_id: id } } }));

export const postHandled = (id: Id, take: boolean) => unwrap(api.POST("/api/v1/alerts/{alert_id}/handled", { params: { path: { alert_id: id } }, body: { take } }));
