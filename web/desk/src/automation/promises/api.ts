import type { PromiseNumbers } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

export const getPromiseNumbers = (days: number) => unwrap(api.GET("/api/v1/slas/numbers", { params: { query: { days } } })) as Promise<PromiseNumbers>;
