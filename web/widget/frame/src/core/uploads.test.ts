import { describe, expect, it, vi } from "vitest";

import { openUploads } from "./uploads";
import type { Post } from "./uploads";

interface Sent {
  file: File;
  share: (share: number) => void;
  finish: (status: number, body?: unknown) => Promise<void>;
  aborted: boolean;
}

function open(limit = 1_000) {
  const sent: Sent[] = [];
  const onMany = vi.fn();
  const post: Post = (file, share) => {
    let resolve: (answer: { status: number; body: unknown }) => void = () => undefined;
    const done = new Promise<{ status: number; body: unknown }>((accept) => (resolve = accept));
    const entry: Sent = {
      file,
      share,
      aborted: false,
      finish: async (status, body = { id: `id of ${file.name}`, name: file.name, url: "/f" }) => {
        resolve({ status, body });
        await Promise.resolve().then(() => Promise.resolve());
      },
    };
    sent.push(entry);
    return { done, abort: () => (entry.aborted = true) };
  };
  return { sent, onMany, uploads: openUploads({ post, initial: [], limit, onChange: () => undefined, onMany }) };
}

const file = (name: string, size = 10): File => new File(["x".repeat(size)], name);

describe("uploads", () => {
  it("sends two at a time and hands over what has arrived", async () => {
    const { sent, uploads } = open();
    uploads.add([file("a"), file("b"), file("c")]);
    expect(sent.map((entry) => entry.file.name)).toEqual(["a", "b"]);
    sent[0]!.share(0.5);
    expect(uploads.items()[0]!.share).toBe(0.5);
    await sent[0]!.finish(201);
    expect(sent.map((entry) => entry.file.name)).toEqual(["a", "b", "c"]);
    await sent[1]!.finish(201);
    await sent[2]!.finish(201);
    expect(uploads.take().map((info) => info.id)).toEqual(["id of a", "id of b", "id of c"]);
    expect(uploads.items()).toEqual([]);
  });

  it.each([
    [413, "large"],
    [415, "type"],
    [0, "failed"],
    [503, "failed"],
    [401, "failed"],
  ])("says what %i means", async (status, problem) => {
    const { sent, uploads } = open();
    uploads.add([file("a")]);
    await sent[0]!.finish(status, null);
    expect(uploads.items()[0]!.problem).toBe(problem);
    expect(uploads.take()).toEqual([]);
  });

  it("sends again only what met no server", async () => {
    const { sent, uploads } = open();
    uploads.add([file("a"), file("b")]);
    await sent[0]!.finish(0, null);
    await sent[1]!.finish(415, null);
    uploads.resume();
    expect(sent.map((entry) => entry.file.name)).toEqual(["a", "b", "a"]);
    await sent[2]!.finish(201);
    expect(uploads.items().map((item) => item.problem)).toEqual([null, "type"]);
  });

  it("never sends what is too large", () => {
    const { sent, uploads } = open(5);
    uploads.add([file("a", 6)]);
    expect(sent).toEqual([]);
    expect(uploads.items()[0]!.problem).toBe("large");
  });

  it("takes ten files at most and says so", () => {
    const { onMany, uploads } = open();
    uploads.add(Array.from({ length: 12 }, (_, index) => file(String(index))));
    expect(uploads.items()).toHaveLength(10);
    expect(onMany).toHaveBeenCalledTimes(1);
  });

  it("stops what is taken away and ignores what it still says", async () => {
    const { sent, uploads } = open();
    uploads.add([file("a")]);
    uploads.remove(uploads.items()[0]!.key);
    expect(sent[0]!.aborted).toBe(true);
    await sent[0]!.finish(201);
    expect(uploads.items()).toEqual([]);
  });
});
