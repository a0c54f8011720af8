/** Files on their way to the server, before the message that carries them. */
import { FILES_LIMIT } from "./protocol";
import type { FileInfo } from "./protocol";
import { parseFile } from "./reading";

export type Problem = "large" | "type" | "failed";

export interface Upload {
  key: number;
  name: string;
  type: string;
  size: number;
  /** Address of a local picture, for images. */
  preview: string | null;
  /** Sent part, 0 to 1. */
  share: number;
  info: FileInfo | null;
  problem: Problem | null;
}

/** Sends one file; `done` gives the status (0: no connection) and the parsed body. */
export type Post = (file: File, onShare: (share: number) => void) => Transfer;

export interface Transfer {
  done: Promise<{ status: number; body: unknown }>;
  abort: () => void;
}

export interface UploadsParts {
  post: Post;
  /** Files that were uploaded before, those of a saved draft. */
  initial: readonly FileInfo[];
  /** Largest file in bytes. */
  limit: number;
  onChange: () => void;
  /** More files than a message takes were given. */
  onMany: () => void;
}

export type Uploads = ReturnType<typeof openUploads>;

const PARALLEL = 2;

function problemOf(status: number): Problem {
  if (status === 413) return "large";
  return status === 415 ? "type" : "failed";
}

/** Keeps the list of files of one message; nothing is lost when the connection breaks, `resume` sends it again. */
export function openUploads({ post, initial, limit, onChange, onMany }: UploadsParts) {
  const files = new Map<number, File>();
  const transfers = new Map<number, Transfer>();
  let count = 0;
  const uploaded = (info: FileInfo): Upload => ({ ...info, key: ++count, preview: info.thumbnail, share: 1, info, problem: null });
  let items: readonly Upload[] = initial.map(uploaded);

  function change(next: readonly Upload[]): void {
    items = next;
    onChange();
  }

  const update = (key: number, part: Partial<Upload>): void =>
    change(items.map((item) => (item.key === key ? { ...item, ...part } : item)));

  function start(): void {
    for (const { key, info, problem } of items) {
      const file = files.get(key);
      if (transfers.size >= PARALLEL) return;
      if (info || problem || !file || transfers.has(key)) continue;
      const transfer = post(file, (share) => update(key, { share }));
      transfers.set(key, transfer);
      void transfer.done.then(({ status, body }) => finish(key, status, parseFile(body)));
    }
  }

  function finish(key: number, status: number, info: FileInfo | null): void {
    transfers.delete(key);
    if (status >= 200 && status < 300 && info) {
      files.delete(key);
      update(key, { info, share: 1 });
    } else update(key, { problem: problemOf(status), share: 0 });
    start();
  }

  function free(item: Upload): void {
    if (item.preview) URL.revokeObjectURL(item.preview);
    files.delete(item.key);
    transfers.get(item.key)?.abort();
    transfers.delete(item.key);
  }

  return {
    items: (): readonly Upload[] => items,
    add(given: readonly File[]): void {
      const room = FILES_LIMIT - items.length;
      if (given.length > room) onMany();
      const added = given.slice(0, Math.max(0, room)).map((file): Upload => {
        const key = ++count;
        files.set(key, file);
        const { name, type, size } = file;
        const preview = /^image\/(png|jpe?g|gif|webp|avif)$/.test(type) ? URL.createObjectURL(file) : null;
        return { key, name, type, size, preview, share: 0, info: null, problem: size > limit ? "large" : null };
      });
      change([...items, ...added]);
      start();
    },
    /** Puts back the files of a message that is written again. */
    restore: (infos: readonly FileInfo[]): void => change([...items, ...infos.map(uploaded)]),
    remove: (key: number): void => {
      for (const item of items) if (item.key === key) free(item);
      change(items.filter((item) => item.key !== key));
      start();
    },
    /** Sends again what failed for want of a connection. */
    resume: (): void => {
      change(items.map((item) => (item.problem === "failed" ? { ...item, problem: null } : item)));
      start();
    },
    /** Hands over what is uploaded and empties the list. */
    take(): FileInfo[] {
      const infos = items.flatMap((item) => item.info ?? []);
      items.forEach(free);
      change([]);
      return infos;
    },
  };
}
