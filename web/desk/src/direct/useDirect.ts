import type { Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";

import { useSelf } from "@/lib/directory";
import { explain } from "@/lib/problem";

import { getThread, listMessages, listThreads, postMessage, readThread, type DirectMessage, type DirectThread } from "./api";
import { keepDraft } from "./panel";

const ALL = ["direct"] as const;
const threadsKey = ["direct", "threads"] as const;
const threadKey = (id: Id) => ["direct", "thread", id] as const;
const messagesKey = (id: Id) => ["direct", "messages", id] as const;
type Pages = InfiniteData<{ items: DirectMessage[]; next?: string | null }, string | null>;

/** A talk has moved: somebody wrote or read. Only its id came, the words are fetched by who may see them. */
export function takeDirect(client: QueryClient, thread: Id | null): void {
  if (thread === null) void client.invalidateQueries({ queryKey: ALL });
  else for (const queryKey of [threadsKey, threadKey(thread), messagesKey(thread)]) void client.invalidateQueries({ queryKey });
}

export function useThreads() {
  return useInfiniteQuery({ queryKey: threadsKey, queryFn: ({ pageParam }: { pageParam: string | null }) => listThreads(pageParam), initialPageParam: null as string | null, getNextPageParam: (page) => page.next });
}

export const useThread = (id: Id) => useQuery({ queryKey: threadKey(id), queryFn: () => getThread(id) });

export function useMessages(id: Id) {
  return useInfiniteQuery({
    queryKey: messagesKey(id),
    queryFn: ({ pageParam }: { pageParam: string | null }) => listMessages(id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

/** Writing, shown at once and taken back into the field when it is refused; and saying that one has read. */
export function useDirectActs(id: Id) {
  const client = useQueryClient();
  const { agent } = useSelf();
  const key = messagesKey(id);
  const post = useMutation({
    mutationFn: (text: string) => postMessage(id, text),
    onMutate: async (text) => {
      await client.cancelQueries({ queryKey: key });
      const shown: DirectMessage = { id: `pending-${String(Date.now())}`, thread_id: id, author_id: agent.id, text, created_at: new Date().toISOString() };
      client.setQueryData<Pages>(key, (old) => old && { ...old, pages: old.pages.map((page, n) => (n === 0 ? { ...page, items: [shown, ...page.items] } : page)) });
    },
    onError: (error, text) => {
      keepDraft(id, text);
      toast({ tone: "red", text: explain(error) });
    },
    onSettled: () => takeDirect(client, id),
  });
  const read = useMutation({
    mutationFn: () => readThread(id),
    onSuccess: (fresh) => {
      client.setQueryData<DirectThread>(threadKey(id), fresh);
      void client.invalidateQueries({ queryKey: threadsKey });
    },
  });
  return { post, read };
}
