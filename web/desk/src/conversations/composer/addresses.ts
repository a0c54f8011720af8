import type { Address } from "@parley/client/types";

const PLAIN = /^[^\s@<>,;:"()]+@[^\s@<>,;:"()]+\.[^\s@<>,;:"().]{2,}$/u;
const NAMED = /(?:"([^"]+)"|([^<>,;]*?))\s*<([^<>\s]+)>/gu;

/** Reads addresses out of typed or pasted text: `Ana <ana@example.com>, ben@example.com`. What is none comes back as `rest`. */
export function parseAddresses(text: string): { found: Address[]; rest: string } {
  const found: Address[] = [];
  const left = text.replace(NAMED, (whole, quoted: string | undefined, bare: string | undefined, address: string) => {
    if (!PLAIN.test(address)) return whole;
    found.push({ name: (quoted ?? bare ?? "").trim(), address });
    return ",";
  });
  const rest: string[] = [];
  for (const piece of left.split(/[\s,;]+/u).filter(Boolean)) {
    if (PLAIN.test(piece)) found.push({ name: "", address: piece });
    else rest.push(piece);
  }
  return { found, rest: rest.join(" ") };
}
