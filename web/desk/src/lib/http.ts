import type { ProblemBody } from "@parley/client/types";

import { offlineProblem, Problem } from "@/lib/problem";
import { createStore } from "@/lib/store";

export const BASE = "/api/v1";

type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;
type Options = { query?: Query; body?: unknown; key?: string; signal?: AbortSignal | undefined };
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Counts up whenever the server says that we are signed out. */
export const signedOut = createStore(0);

function readCookie(name: string): string {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function buildUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    for (const one of Array.isArray(value) ? (value as string[]) : [String(value)]) search.append(name, one);
  }
  const text = search.toString();
  return `${BASE}${path}${text ? `?${text}` : ""}`;
}

async function readProblem(response: Response): Promise<Problem> {
  const fallback: ProblemBody = { title: response.statusText || "Error", status: response.status, code: "unknown" };
  const body = (await response.json().catch(() => fallback)) as Partial<ProblemBody> & Record<string, unknown>;
  return new Problem({ ...fallback, ...body });
}

/** The headers that prove a write comes from this page. */
export function writeHeaders(): Record<string, string> {
  return { "X-CSRF-Token": readCookie("parley_csrf") };
}

/**
 * Calls the interface below /api/v1 and gives back the parsed body. `key` makes a repeated write the same write.
 * Raises Problem: the server's own, or code "offline" when it cannot be reached.
 */
export async function call<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const { query, body, key, signal } = options;
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") Object.assign(headers, writeHeaders());
  if (method === "POST") headers["Idempotency-Key"] = key ?? crypto.randomUUID();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(buildUrl(path, query), {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw offlineProblem();
  }
  if (!response.ok) {
    const problem = await readProblem(response);
    if (problem.status === 401 && !path.startsWith("/session")) signedOut.set((n) => n + 1);
    throw problem;
  }
  if (response.status === 204 || response.headers.get("Content-Length") === "0") return undefined as T;
  return (await response.json()) as T;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>("GET", path, { ...(query && { query }), signal });
export const post = <T>(path: string, body?: unknown, key?: string) => call<T>("POST", path, { body: body ?? {}, ...(key !== undefined && { key }) });
export const put = <T>(path: string, body: unknown) => call<T>("PUT", path, { body });
export const patch = <T>(path: string, body: unknown) => call<T>("PATCH", path, { body });
export const remove = <T = void>(path: string) => call<T>("DELETE", path);

/** Sends one file and tells how far it has come (0 to 1). Raises Problem. */
export function upload<T>(path: string, file: File, onProgress: (share: number) => void, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", `${BASE}${path}`);
    request.responseType = "json";
    for (const [name, value] of Object.entries(writeHeaders())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status < 300) resolve(request.response as T);
      else reject(new Problem({ title: request.statusText, status: request.status, code: "unknown", ...(request.response as object | null) }));
    };
    request.onerror = () => reject(offlineProblem());
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}
