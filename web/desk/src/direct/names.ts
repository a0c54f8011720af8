import type { Id } from "@parley/client/types";

import { formatList } from "@/lib/format/text";
import { shortName } from "@/lib/names";

import type { DirectThread } from "./api";

/** Who is in a talk beside oneself. */
export const listOthers = (thread: DirectThread, me: Id) => thread.members.filter((one) => one.id !== me);

/** What a talk is called: the colleague, or the first names of a few. */
export function nameThread(thread: DirectThread, me: Id): string {
  const others = listOthers(thread, me);
  return others.length === 1 ? (others[0]?.name ?? "") : formatList(others.map((one) => shortName(one.name)));
}

export type Piece = { kind: "text" | "link"; text: string } | { kind: "conversation"; text: string; id: Id };

const ADDRESS = /(https?:\/\/[^\s<>"]+)/g;
const TAIL = /[.,;:!?)\]}'’»]+$/;
const CONVERSATION = /^\/(?:conversations|inbox\/[^/]+)\/([0-9a-f-]{36})$/;

/** Plain text in pieces: words, addresses, and addresses of conversations of this desk. */
export function cutText(text: string, origin: string): Piece[] {
  return text.split(ADDRESS).flatMap((part, n): Piece[] => {
    if (part === "") return [];
    if (n % 2 === 0) return [{ kind: "text", text: part }];
    const tail = TAIL.exec(part)?.[0] ?? "";
    const address = part.slice(0, part.length - tail.length);
    const rest: Piece[] = tail === "" ? [] : [{ kind: "text", text: tail }];
    if (!URL.canParse(address)) return [{ kind: "text", text: part }];
    const url = new URL(address);
    const id = url.origin === origin ? CONVERSATION.exec(url.pathname)?.[1] : undefined;
    return [id === undefined ? { kind: "link", text: address } : { kind: "conversation", text: address, id }, ...rest];
  });
}
