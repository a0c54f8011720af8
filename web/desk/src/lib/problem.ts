import type { FieldError, ProblemBody } from "@parley/client/types";

import { t } from "@/lib/i18n/catalogue";

/** The server said no, in its own words (application/problem+json), or could not be reached (code "offline"). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly fields: readonly FieldError[];
  readonly body: Readonly<Record<string, unknown>>;

  constructor(body: ProblemBody & Record<string, unknown>) {
    super(body.detail ?? body.title);
    this.name = "Problem";
    this.status = body.status;
    this.code = body.code;
    this.title = body.title;
    this.detail = body.detail ?? "";
    this.fields = body.errors ?? [];
    this.body = body;
  }
}

export function offlineProblem(): Problem {
  return new Problem({ title: "Offline", status: 0, code: "offline" });
}

/** What to tell a person: what happened, that nothing was lost, what to do. */
export function explain(error: unknown): string {
  if (!(error instanceof Problem)) return t("error.unexpected");
  if (error.code === "offline") return t("error.offline");
  if (error.status === 401) return t("error.signed_out");
  if (error.status === 403) return error.detail || t("error.forbidden");
  if (error.status === 404) return t("error.not_found");
  if (error.status === 429) return t("error.too_fast");
  if (error.status >= 500) return t("error.server");
  return error.detail || error.title;
}

function isAbout(one: FieldError, field: string): boolean {
  return one.field === field || one.field.endsWith(`.${field}`);
}

/** What is wrong with one field of a form, if the server named it. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  return error.fields.find((one) => isAbout(one, field))?.message;
}

/** What is to be said above a form whose fields `shown` say their own errors; null when they say it all. */
export function explainRest(error: unknown, shown: readonly string[]): string | null {
  if (error === null || error === undefined) return null;
  const fields = error instanceof Problem ? error.fields : [];
  const rest = fields.filter((one) => !shown.some((field) => isAbout(one, field)));
  if (fields.length > 0 && rest.length === 0) return null;
  return [explain(error), ...rest.map((one) => `${one.field}: ${one.message}`)].join(" ");
}
