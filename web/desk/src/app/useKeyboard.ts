import { useEffect } from "react";

import { isTyping, KeyReader } from "@/lib/commands/keyboard";
import { findHandler } from "@/lib/commands/useCommands";
import { device } from "@/lib/device";

const FLOATING = '[role="dialog"], [role="menu"], [role="listbox"]';

/** Whether something open under the focus takes the keys for itself. */
function isCaught(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(FLOATING) !== null;
}

/** A focused control keeps its own Enter. */
function pressesControl(event: KeyboardEvent): boolean {
  return event.key === "Enter" && !event.ctrlKey && !event.metaKey && event.target instanceof Element && event.target.closest("button, a, summary, [role='option']") !== null;
}

function leaveField(target: EventTarget | null): void {
  if (target instanceof HTMLElement) target.blur();
}

/** Listens for the commands of the whole page. */
export function useKeyboard(): void {
  useEffect(() => {
    const reader = new KeyReader();
    const listen = (event: KeyboardEvent) => {
      // The editor marks every Escape as its own; what really takes one stops it on its way here.
      if (event.key === "Escape" && isTyping(event.target) && !isCaught(event.target)) {
        leaveField(event.target);
        return;
      }
      if (event.defaultPrevented || event.isComposing || pressesControl(event)) return;
      const typing = isTyping(event.target) || isCaught(event.target);
      const id = reader.read(event, event.timeStamp, typing, device.get().singleKeys);
      const run = id === null ? undefined : findHandler(id);
      if (!run) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}
