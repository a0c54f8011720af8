import type { FileInfo } from "@parley/client/types";
import { useRef, useState } from "react";

import { explain } from "@/lib/problem";

import { uploadFile } from "../api";

export type Uploading = { key: string; name: string; size: number; share: number; error: string | null; file: File; stop: AbortController };

/** Files on their way up, with how far they have come. */
export function useUploads(onDone: (file: FileInfo) => void) {
  const [running, setRunning] = useState<readonly Uploading[]>([]);
  const done = useRef(onDone);
  const change = (key: string, part: Partial<Uploading>) => setRunning((old) => old.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const drop = (key: string) => setRunning((old) => old.filter((one) => one.key !== key));

  async function start(one: Uploading): Promise<void> {
    try {
      const file = await uploadFile(one.file, (share) => change(one.key, { share }), one.stop.signal);
      drop(one.key);
      done.current(file);
    } catch (error) {
      if (!one.stop.signal.aborted) change(one.key, { error: explain(error) });
    }
  }

  function add(files: readonly File[]): void {
    const fresh = files.map((file) => ({ key: crypto.randomUUID(), name: file.name, size: file.size, share: 0, error: null, file, stop: new AbortController() }));
    setRunning((old) => [...old, ...fresh]);
    for (const one of fresh) void start(one);
  }

  return {
    running,
    add,
    retry: (one: Uploading) => {
      change(one.key, { error: null, share: 0 });
      void start(one);
    },
    cancel: (one: Uploading) => {
      one.stop.abort();
      drop(one.key);
    },
    setDone: (next: (file: FileInfo) => void) => {
      done.current = next;
    },
  };
}
