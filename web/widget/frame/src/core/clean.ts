/** What leaves this device is cut to what the server takes: one value that is too long would close the socket. */
import type { Identity, Page } from "./protocol";

/** Text without halves of characters and without zeros, which no database takes. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}|\0/gu, "\ufffd");

/** At most `length` units of text, never half a character. */
export const clip = (text: string, length: number): string => wellFormed(text.slice(0, length)).replace(/\ufffd$/, "");

const NAME = 320;
const ADDRESS = 2000;

export const cleanPage = ({ url, title, referrer }: Page): Page => ({
  url: clip(url, ADDRESS),
  title: clip(title, NAME),
  ...(referrer ? { referrer: clip(referrer, ADDRESS) } : {}),
});

/** What a shop passes as identity, whatever its types are; null when it is none. */
export function cleanIdentity(given: unknown): Identity | null {
  if (typeof given !== "object" || given === null) return null;
  const bag = given as Record<string, unknown>;
  const text = (name: string): string => {
    const value = bag[name];
    return typeof value === "string" || typeof value === "number" ? clip(String(value), NAME) : "";
  };
  const expires = Math.trunc(Number(bag.expires)) || 0;
  return { id: text("id"), email: text("email"), name: text("name"), expires, signature: text("signature") };
}
