/**
 * The talk with the loader on the shop's page. The loader names its origin behind the `#` of the frame's address; the
 * browser delivers only to a parent of exactly this origin, and only its messages are heard.
 */
import type { Page } from "./core/protocol";

/** How the frame lies on the page; `insets` are the rims of the screen to keep free, as CSS writes `scroll-padding`. */
export interface Place {
  modal: boolean;
  insets: string;
  /** The visitor has opened it himself, so it takes the keyboard. */
  focus: boolean;
}

export type FromLoader =
  | ({ t: "init"; open: boolean; page: Page; identity: unknown; language: string; colour: string; mark: string | null } & Place)
  | ({ t: "open" } & Place)
  | { t: "shut" }
  | { t: "identify"; identity: unknown }
  | { t: "logout" }
  | { t: "language"; language: string }
  | { t: "page"; page: Page };

export type ToLoader =
  | { t: "ready" }
  | { t: "close" }
  /** `mark`: what the loader keeps on the shop's page, the colour first; empty when nobody has written yet. */
  | { t: "look"; colour: string; mark: string; badge: string; label: string }
  | { t: "event"; name: "message" | "rated" | "unread"; data: unknown };

export interface Bridge {
  /** The frame stands alone in its window: there is nobody to talk to. */
  alone: boolean;
  tell(message: ToLoader): void;
}

/** The origin that the loader gave, or null when it is none that the parent can have. */
export function readOrigin(hash: string, ancestors?: ArrayLike<string>): string | null {
  const origin = hash.slice(1);
  if (!/^https?:\/\/[^/?#]+$/.test(origin)) return null;
  return ancestors?.length && ancestors[0] !== origin ? null : origin;
}

/** Opens the talk; `hear` gets what the loader says. */
export function openBridge(hear: (message: FromLoader) => void): Bridge {
  const alone = window.parent === window;
  const origin = readOrigin(location.hash, location.ancestorOrigins);
  if (!alone)
    window.addEventListener("message", (event: MessageEvent<{ parley?: FromLoader } | null>) => {
      if (event.source !== window.parent || event.origin !== origin) return;
      if (typeof event.data === "object" && event.data?.parley) hear(event.data.parley);
    });
  return {
    alone,
    tell: (message) => {
      if (!alone && origin) window.parent.postMessage({ parley: message }, origin);
    },
  };
}
