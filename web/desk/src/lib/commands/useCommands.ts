import { useEffect, useRef } from "react";

import { createStore } from "@/lib/store";

import type { Permission } from "@parley/client/types";

import { COMMANDS, type CommandId } from "./table";

type Run = () => void;
type Handlers = Partial<Record<CommandId, Run>>;

/** The commands that mean something right now, newest offer last. */
export const offered = createStore<readonly Handlers[]>([]);

/** What the reader may; null before that is known. */
export const rights = createStore<readonly Permission[] | null>(null);

/** Whether a command is for somebody with these rights. */
export function isAllowed(id: CommandId): boolean {
  const { needs } = COMMANDS[id];
  return needs === undefined || rights.get()?.includes(needs) !== false;
}

/** The handler of a command, from the innermost part of the page that offers it. */
export function findHandler(id: CommandId): Run | undefined {
  if (!isAllowed(id)) return undefined;
  return offered.get().findLast((handlers) => handlers[id])?.[id];
}

/** Runs a command if somebody offers it. Returns whether that was so. */
export function runCommand(id: CommandId): boolean {
  const run = findHandler(id);
  run?.();
  return run !== undefined;
}

/** Offers commands while the component is on the page. An undefined handler withdraws the offer. */
export function useCommands(handlers: Readonly<Partial<Record<CommandId, Run | undefined>>>): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  const names = (Object.keys(handlers) as CommandId[]).filter((id) => handlers[id]).join(" ");
  useEffect(() => {
    const offer: Handlers = {};
    for (const id of names.split(" ").filter(Boolean) as CommandId[]) offer[id] = () => latest.current[id]?.();
    offered.set((old) => [...old, offer]);
    return () => offered.set((old) => old.filter((one) => one !== offer));
  }, [names]);
}
