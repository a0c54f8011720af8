/** Ties between the interface and the browser. */
import type { RefObject } from "preact";
import { useEffect, useReducer, useState } from "preact/hooks";

import type { Client } from "../core/client";
import type { State } from "../core/state";

/** The client's state, drawn again at each change. */
export function useClient(client: Client): State {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => client.subscribe(() => draw(0)), [client]);
  return client.state();
}

/** Whether the page is in front of somebody. */
export function useVisible(): boolean {
  const [visible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const look = (): void => setVisible(!document.hidden);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return visible;
}

/** Whether the browser knows that there is no network. */
export function useOffline(): boolean {
  const [offline, setOffline] = useState(!navigator.onLine);
  useEffect(() => {
    const look = (): void => setOffline(!navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return offline;
}

/** Calls `begin` when the frame is opened by hand, and when the keyboard comes to a frame that opened by itself. */
export function useArrival(open: boolean, focus: boolean, begin: () => void): void {
  useEffect(() => {
    if (!open) return;
    const arrive = (): void => {
      if (document.activeElement === document.body) begin();
    };
    if (focus) begin();
    addEventListener("focus", arrive);
    return () => removeEventListener("focus", arrive);
  }, [open, focus, begin]);
}

/** Whether files hang over the frame; what is dropped goes to `onFiles`. */
export function useDrop(onFiles: (files: File[]) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const drag = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      onFiles([...(event.dataTransfer?.files ?? [])]);
    };
    document.addEventListener("dragover", drag);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", drag);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
    };
  }, [onFiles]);
  return over;
}

const FOCUSABLE = "button:not(:disabled), a[href], textarea, input:not([hidden]), [tabindex='0']";

/** Escape closes; while the frame covers the screen, Tab stays inside it. */
export function useKeys(root: RefObject<HTMLElement | null>, modal: boolean, onEscape: () => void): void {
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !event.isComposing) onEscape();
      if (event.key !== "Tab" || !modal) return;
      const all = [...(root.current?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])].filter((element) => element.offsetParent);
      const edge = event.shiftKey ? all[0] : all.at(-1);
      if (document.activeElement !== edge) return;
      event.preventDefault();
      (event.shiftKey ? all.at(-1) : all[0])?.focus();
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, [root, modal, onEscape]);
}
