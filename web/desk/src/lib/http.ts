import { createClient } from "@parley/client";
import type { ProblemBody } from "@parley/client/types";

import { offlineProblem, Problem } from "@/lib/problem";
import { createStore } from "@/lib/store";

export const BASE = "/api/v1";

/** Counts up whenever the server says that we are signed out. */
export const signedOut = createStore(0);

function readCookie(name: string): string {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** The header that proves a write comes from this page. */
function writeHeaders(): Record<string, string> {
  return { "X-CSRF-Token": readCookie("parley_csrf") };
}

/** Sends a request with what every write needs. A repeated POST with the same key stays one. Raises Problem "offline". */
async function sendRequest(request: Request): Promise<Response> {
  if (request.method !== "GET") {
    for (const [name, value] of Object.entries(writeHeaders())) request.headers.set(name, value);
    if (request.method === "POST" && !request.headers.has("Idempotency-Key")) request.headers.set("Idempotency-Key", crypto.randomUUID());
  }
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw offlineProblem();
  }
}

/** The interface below /api/v1, typed by its own description. */
export const api = createClient("", sendRequest);

type Answer<D> = Promise<{ data?: D; error?: unknown; response: Response }>;

/** The body of an answer. Raises Problem: the server's own, or code "offline" when it cannot be reached. */
export async function unwrap<D>(answer: Answer<D>): Promise<D> {
  const { data, error, response } = await answer;
  if (response.ok) return data as D;
  const fallback: ProblemBody = { title: response.statusText || "Error", status: response.status, code: "unknown" };
  const body = typeof error === "object" && error !== null ? error : {};
  if (response.status === 401 && !new URL(response.url).pathname.startsWith(`${BASE}/session`)) signedOut.set((n) => n + 1);
  throw new Problem({ ...fallback, ...body });
}

/** The header under which a repeated write is the same write. */
export function keyed(key: string): { headers: { "Idempotency-Key": string } } {
  return { headers: { "Idempotency-Key": key } };
}

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
