import { COMMAND_IDS, COMMANDS, type CommandId } from "./table";

export type Stroke = { key: string; code: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; shiftKey: boolean };

const SEQUENCE_MS = 1200;

/**
 * The name of a stroke: "j", "mod+k", "shift+a", "?". Signs keep their own name, whatever Shift did to make them; on a keyboard
 * without Latin letters the place of the key counts. Null for a stroke that is none of ours (Alt, a lone modifier).
 */
export function nameStroke(stroke: Stroke): string | null {
  const { key, code } = stroke;
  if (stroke.altKey || ["Shift", "Control", "Meta", "Alt", "Dead", "Process"].includes(key)) return null;
  const mod = stroke.ctrlKey || stroke.metaKey ? "mod+" : "";
  if (key.length > 1) return `${mod}${stroke.shiftKey ? "shift+" : ""}${key.toLowerCase()}`;
  const latin = /^[a-z]$/i.test(key) ? key : /^Key[A-Z]$/.test(code) && !/[\p{P}\p{S}\p{N}]/u.test(key) ? code.slice(3) : key;
  if (/^[a-z]$/i.test(latin)) return `${mod}${stroke.shiftKey ? "shift+" : ""}${latin.toLowerCase()}`;
  return `${mod}${latin}`;
}

const SHIFTED: Record<string, string> = { "!": "shift+1" };

/** Follows strokes and tells which command they mean; `sequence` strokes ("g i") wait a moment for the second. */
export class KeyReader {
  private first: string | null = null;
  private since = 0;

  /** The command for a stroke at a moment (ms), or null. `typing` lets through only what works everywhere. */
  read(stroke: Stroke, now: number, typing: boolean, singleKeys: boolean): CommandId | null {
    const name = nameStroke(stroke);
    if (name === null) return null;
    const named = SHIFTED[name] ?? name;
    const pending = this.first !== null && now - this.since < SEQUENCE_MS ? this.first : null;
    this.first = null;
    const whole = pending === null ? named : `${pending} ${named}`;
    const found = COMMAND_IDS.find((id) => COMMANDS[id].keys === whole) ?? null;
    if (found !== null) return this.allow(found, typing, singleKeys) ? found : null;
    if (!typing && singleKeys && COMMAND_IDS.some((id) => COMMANDS[id].keys?.startsWith(`${named} `))) {
      this.first = named;
      this.since = now;
    }
    return null;
  }

  private allow(id: CommandId, typing: boolean, singleKeys: boolean): boolean {
    const { keys, always } = COMMANDS[id];
    if (typing) return always === true;
    return singleKeys || keys === undefined || keys.includes("mod+") || keys === "escape" || keys === "enter";
  }
}

/** Whether strokes are text where the focus is. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "color", "range", "file"].includes(target.type);
}
