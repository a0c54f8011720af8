/** Sending one file over HTTP; `fetch` cannot tell how much of it has been sent. */
import type { Post } from "./core/uploads";

/** Builds the call that posts a file to `url` under the visitor's present token. */
export function buildPost(url: string, token: () => string | null): Post {
  return (file, onShare) => {
    const request = new XMLHttpRequest();
    const done = new Promise<{ status: number; body: unknown }>((resolve) => {
      request.upload.onprogress = ({ loaded, total }) => onShare(total ? loaded / total : 0);
      request.onloadend = () => resolve({ status: request.status, body: request.response as unknown });
    });
    const form = new FormData();
    form.append("file", file, file.name || "image.png");
    request.open("POST", url);
    request.responseType = "json";
    request.setRequestHeader("Authorization", `Bearer ${token() ?? ""}`);
    request.send(form);
    return { done, abort: () => request.abort() };
  };
}
