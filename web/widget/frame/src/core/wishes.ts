/**
 * What the visitor has asked for besides messages: to be answered by e-mail, and a rating. Both may be repeated without
 * harm, so they are kept and sent again until the server shows that it knows.
 */
import { clip } from "./clean";
import type { ClientFrame, Conversation, ServerFrame } from "./protocol";
import type { Store } from "./store";

export interface EmailWish {
  email: string;
  name?: string;
  /** How often it has been sent. */
  tries?: number;
}

export interface RateWish {
  conversation: string;
  score: number;
  comment?: string;
  tries?: number;
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

const NAME = 320;
const COMMENT = 2000;
/** A wish that the server has passed over so often it does not want. */
const TRIES = 4;

/** The frames that say the wishes, to be sent on every welcome and when a wish is new. */
export function wishFrames({ emailWish, rateWish }: Wishes): ClientFrame[] {
  const frames: ClientFrame[] = [];
  if (emailWish) {
    const { email, name } = emailWish;
    frames.push({ t: "email", email: clip(email, NAME), ...(name ? { name: clip(name, NAME) } : {}) });
  }
  if (rateWish) {
    const { conversation, score, comment } = rateWish;
    frames.push({ t: "rate", conversation, score, ...(comment ? { comment: clip(comment, COMMENT) } : {}) });
  }
  return frames;
}

/** The wishes after they have been sent once more. */
export const countTry = ({ emailWish, emailRefused, rateWish }: Wishes): Wishes => ({
  emailWish: emailWish && { ...emailWish, tries: (emailWish.tries ?? 0) + 1 },
  emailRefused,
  rateWish: rateWish && { ...rateWish, tries: (rateWish.tries ?? 0) + 1 },
});

/** What is left to wish for after a frame of the server. */
export function settleWishes(wishes: Wishes, frame: ServerFrame): Wishes {
  const { emailWish, rateWish } = wishes;
  switch (frame.t) {
    case "me":
      return frame.email ? { ...wishes, emailWish: null, emailRefused: false } : wishes;
    case "error":
      return frame.code === "bad_email" ? { ...wishes, emailWish: null, emailRefused: true } : wishes;
    case "welcome": {
      const emailDone = emailWish?.tries && (frame.email !== null || emailWish.tries >= TRIES);
      const rateDone = rateWish?.tries && (isRated(rateWish, frame.conversation) || rateWish.tries >= TRIES);
      return { ...wishes, emailWish: emailDone ? null : emailWish, rateWish: rateDone ? null : rateWish };
    }
    case "conversation":
      return rateWish && isRated(rateWish, frame.conversation) ? { ...wishes, rateWish: null } : wishes;
    default:
      return wishes;
  }
}

const isRated = (wish: RateWish, conversation: Conversation | null): boolean =>
  conversation?.id === wish.conversation && conversation.rating === wish.score;
