import createFetchClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./schema";

export type { components, operations, paths } from "./schema";
export type Schemas = components["schemas"];
export type ParleyClient = Client<paths>;

/** A typed client for the Parley API at `baseUrl` ("" means the page's own origin), sending by `send` where that is given. */
export function createClient(baseUrl = "", send?: (request: Request) => Promise<Response>): ParleyClient {
  return createFetchClient<paths>({ baseUrl, credentials: "same-origin", ...(send && { fetch: send }) });
}
