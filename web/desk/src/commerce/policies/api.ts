import type { Id, Page, Policy, PolicyAnswer, PolicyTerms } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

export const listPolicies = () => unwrap(api.GET("/api/v1/policies", { params: { query: { limit: 200 } } })) as Promise<Page<Policy>>;
export const getBuiltIn = (storeId: Id) => unwrap(api.GET("/api/v1/policies/current", { params: { query: { store_id: storeId } } })) as Promise<Policy>;
export const saveDraft = (storeId: Id | null, terms: PolicyTerms) => unwrap(api.PUT("/api/v1/policies/draft", { body: { store_id: storeId, terms } })) as Promise<Policy>;
export const publishPolicy = (id: Id) => unwrap(api.POST("/api/v1/policies/{policy_id}/publish", { params: { path: { policy_id: id } } })) as Promise<Policy>;

type Window = { country: string; arrived: string };

/** Asks the terms as they stand on the screen until when something can come back that arrived on a day. */
export const askWindow = (terms: PolicyTerms, { country, arrived }: Window) =>
  unwrap(
    api.POST("/api/v1/policies/preview", {
      body: { terms, question: { about: "window", now: new Date().toISOString(), country, sent_at: `${arrived}T12:00:00Z`, delivered_at: `${arrived}T12:00:00Z` } },
    }),
  ) as Promise<PolicyAnswer>;

/** Asks when an order of this moment arrives in a country, and what it costs. */
export const askShipping = (terms: PolicyTerms, country: string) =>
  unwrap(api.POST("/api/v1/policies/preview", { body: { terms, question: { about: "shipping", at: new Date().toISOString(), country } } })) as Promise<PolicyAnswer>;
