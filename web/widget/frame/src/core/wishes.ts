/**
 * What the visitor has asked for besides messages: to be answered by e-mail, and a rating. Both may be repeated without
 * harm, so they are kept and sent again until the server shows that it knows.
 */
import type { ClientFrame, ServerFrame } from "./protocol";
import type { Store } from "./store";

export interface EmailWish {
  email: string;
  name?: string;
  /** It has been sent at least once. */
  sent?: boolean;
}

export interface RateWish {
  conversation: string;
  score: number;
  comment?: string;
}

export interface Wishes {
  emailWish: EmailWish | null;
  /** The server did not take the last address. */
  emailRefused: boolean;
  rateWish: RateWish | null;
}

function read(store: Store, key: string): unknown {
  try {
    return JSON.parse(store.get(key) ?? "null");
  } catch {
    return null;
  }
}

function write(store: Store, key: string, value: object | null): void {
  if (value) store.set(key, JSON.stringify(value));
  else store.remove(key);
}

export const loadWishes = (store: Store): Wishes => ({
  emailWish: read(store, "email") as EmailWish | null,
  emailRefused: false,
  rateWish: read(store, "rate") as RateWish | null,
});

export function saveWishes(store: Store, wishes: Wishes): void {
  write(store, "email", wishes.emailWish);
  write(store, "rate", wishes.rateWish);
}

/** The frames that say the wishes, to be sent on every welcome and when a wish is new. */
export function wishFrames(wishes: Wishes): ClientFrame[] {
  const frames: ClientFrame[] = [];
  const { emailWish, rateWish } = wishes;
  if (emailWish) {
    const { email, name } = emailWish;
    frames.push({ t: "email", email, ...(name ? { name } : {}) });
  }
  if (rateWish) frames.push({ t: "rate", ...rateWish });
  return frames;
}

/** What is left to wish for after a frame of the server. */
export function settleWishes(wishes: Wishes, frame: ServerFrame): Wishes {
  const { emailWish, rateWish } = wishes;
  switch (frame.t) {
    case "me":
      return frame.email ? { ...wishes, emailWish: null, emailRefused: false } : wishes;
    case "error":
      return frame.code === "email_invalid" ? { ...wishes, emailWish: null, emailRefused: true } : wishes;
    case "welcome":
    case "conversation": {
      const emailDone = frame.t === "welcome" && frame.email && emailWish?.sent;
      const rateDone = frame.conversation?.id === rateWish?.conversation && frame.conversation?.rating === rateWish?.score;
      return {
        ...wishes,
        emailWish: emailDone ? null : emailWish,
        rateWish: rateDone ? null : rateWish,
      };
    }
    default:
      return wishes;
  }
}
