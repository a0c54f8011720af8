/** The lines of the conversation: messages and what is on its way, grouped by speaker and by day. */
import { sameDay } from "../time";
import type { Pending } from "./outbox";
import type { FileInfo, Message } from "./protocol";

export interface Line {
  /** The same before and after the server has taken it, so that the element on the screen stays. */
  key: string;
  own: boolean;
  at: Date;
  text: string;
  html: string | null;
  files: readonly FileInfo[];
  message: Message | null;
  pending: Pending | null;
  /** A new day begins here. */
  day: boolean;
  /** First and last of what one speaker said in one go. */
  first: boolean;
  last: boolean;
}

const GAP_MS = 5 * 60_000;

/** Whom a line belongs to; lines of the same speaker are drawn together. */
const speaker = ({ own, message }: Line): string =>
  own ? "own" : `${message?.author.kind ?? ""} ${message?.author.name ?? ""}`;

const isSystem = (line: Line): boolean => line.message?.author.kind === "system";

function together(a: Line | undefined, b: Line | undefined): boolean {
  if (!a || !b || isSystem(a) || isSystem(b) || speaker(a) !== speaker(b)) return false;
  return sameDay(a.at, b.at) && Math.abs(b.at.getTime() - a.at.getTime()) < GAP_MS;
}

const ofMessage = (message: Message, now: Date): Line => ({
  key: message.client_id ?? message.id,
  own: message.author.kind === "customer",
  at: Number.isNaN(Date.parse(message.at)) ? now : new Date(message.at),
  text: message.text,
  html: message.html,
  files: message.files,
  message,
  pending: null,
  day: false,
  first: true,
  last: true,
});

const ofPending = (pending: Pending): Line => ({
  key: pending.id,
  own: true,
  at: new Date(pending.seq),
  text: pending.text,
  html: null,
  files: pending.files,
  message: null,
  pending,
  day: false,
  first: true,
  last: true,
});

/** Messages in their order, then what the server has not taken yet. */
export function buildTimeline(messages: readonly Message[], outbox: readonly Pending[], now: Date): Line[] {
  const lines = [...messages.map((message) => ofMessage(message, now)), ...outbox.map(ofPending)];
  return lines.map((line, index) => {
    const before = lines[index - 1];
    const after = lines[index + 1];
    return {
      ...line,
      day: !before || !sameDay(before.at, line.at),
      first: !together(before, line),
      last: !together(line, after),
    };
  });
}

const PICTURES = /^image\/(png|jpe?g|gif|webp|avif)$/;
export const isPicture = (file: FileInfo): boolean => PICTURES.test(file.type);

/** Nothing but one to three emoji, which are drawn large. */
export const isJumbo = (text: string): boolean =>
  text.length < 40 && /^(?:\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic})*\s*){1,3}$/u.test(text);
