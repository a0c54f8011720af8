import type { Schemas } from "@parley/client";
import type { Page } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";
import { keys } from "@/lib/query";

export type Hour = Schemas["Expected"];

export const forecastKey = keys.numbers({ forecast: true });

/** What the next seven days will probably bring, by the hour; empty before a week is known. */
export const listForecast = () => unwrap(api.GET("/api/v1/forecast", { params: { query: { limit: 200 } } })) as unknown as Promise<Page<Hour>>;
