import type { Schemas } from "@parley/client";
import type { Id, Page } from "@parley/client/types";

import type { Condition, RuleBody } from "@/lib/acts/sayRule";
import { api, unwrap } from "@/lib/http";
import { Problem } from "@/lib/problem";

export type { RuleBody };
export type RuleRow = Omit<Schemas["RuleView"], "rule"> & { rule: RuleBody; fault?: string | null };
export type RuleVersion = Omit<Schemas["RuleVersion"], "rule"> & { rule: RuleBody };
export type RuleDetail = RuleRow & { versions: RuleVersion[] };
export type Template = Omit<Schemas["TemplateView"], "rule"> & { rule: RuleBody };
export type Place = Template["places"][number];
export type Counted = Schemas["Counted"];
export type Tried = Schemas["Tried"];
export type Finding = Schemas["kit_conditions_explaining_Finding"];
/** What the static check says of a rule beside the others. */
export type Doubt = { kind: string; severity: "error" | "warning"; rules: { id: Id; name: string }[]; key?: string; values?: Record<string, unknown>; example?: unknown };

const one = (id: Id) => ({ params: { path: { rule_id: id } } });
/** The body as the generated client wants it: any object. */
const open = (rule: RuleBody) => rule as unknown as Record<string, unknown>;

/** All rules in the order in which they are asked. */
export async function listRules(): Promise<RuleRow[]> {
  const items: RuleRow[] = [];
  let after: string | null = null;
  do {
    const page: Page<RuleRow> = (await unwrap(api.GET("/api/v1/rules", { params: { query: { limit: 200, after } } }))) as unknown as Page<RuleRow>;
    items.push(...page.items);
    after = page.next;
  } while (after !== null);
  return items;
}

export const getRule = (id: Id) => unwrap(api.GET("/api/v1/rules/{rule_id}", one(id))) as unknown as Promise<RuleDetail>;
export const createRule = (name: string, rule: RuleBody, enabled: boolean) => unwrap(api.POST("/api/v1/rules", { body: { name, rule: open(rule), enabled } })) as unknown as Promise<RuleRow>;
export const fillTemplate = (template: string, choices: Record<string, string | null>, language: string) =>
  unwrap(api.POST("/api/v1/rules", { body: { template, choices, language } })) as unknown as Promise<RuleRow>;
export const changeRule = (id: Id, change: { name?: string; rule?: RuleBody; enabled?: boolean; version?: number }) =>
  unwrap(api.PATCH("/api/v1/rules/{rule_id}", { ...one(id), body: change as never })) as unknown as Promise<RuleRow>;
export const archiveRule = (id: Id) => unwrap(api.DELETE("/api/v1/rules/{rule_id}", one(id)));
export const orderRules = (ids: Id[]) => unwrap(api.POST("/api/v1/rules/order", { body: { rule_ids: ids } }));
export const restoreRule = (id: Id, version: number, seen: number | null) => unwrap(api.POST("/api/v1/rules/{rule_id}/restore", { ...one(id), body: { version, seen } })) as unknown as Promise<RuleRow>;
export const duplicateRule = (id: Id) => unwrap(api.POST("/api/v1/rules/{rule_id}/duplicate", { ...one(id), body: {} })) as unknown as Promise<RuleRow>;
export const listTemplates = async (language: string) => ((await unwrap(api.GET("/api/v1/rules/templates", { params: { query: { language } } }))) as unknown as Page<Template>).items;
export const countMatches = (event: string, condition: Condition) => unwrap(api.POST("/api/v1/rules/count", { body: { event, if: condition as never } }));
export const tryRule = (rule: RuleBody, conversation: Id) => unwrap(api.POST("/api/v1/rules/try", { body: { rule: open(rule), conversation_id: conversation } }));

/** What is doubtful about a rule; nothing where the server cannot say. */
export async function checkRule(rule: RuleBody, id: Id | null, name: string): Promise<Doubt[]> {
  const body = { rule, ...(id !== null && { id }), ...(name !== "" && { name }) };
  try {
    const found = (await unwrap(api.POST("/api/v1/rules/check" as never, { body } as never))) as unknown as { findings: Doubt[] };
    return found.findings;
  } catch (error) {
    if (error instanceof Problem && [404, 405].includes(error.status)) return [];
    throw error;
  }
}
