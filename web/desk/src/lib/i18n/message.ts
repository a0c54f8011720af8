/** A small part of ICU MessageFormat: `{name}`, `{n, number}`, `{n, plural, =0 {…} one {…} other {# …}}` and `{x, select, a {…} other {…}}`. */
export type Part =
  | { kind: "text"; text: string }
  | { kind: "value"; name: string; number: boolean }
  | { kind: "count" }
  | { kind: "choice"; name: string; plural: boolean; cases: ReadonlyMap<string, readonly Part[]> };

export class MessageError extends Error {}

/** Parses a pattern; a doubled apostrophe is one, and a quoted brace is a brace. Raises MessageError on what it cannot read. */
export function parseMessage(pattern: string): readonly Part[] {
  let at = 0;

  function fail(reason: string): never {
    throw new MessageError(`${reason} at ${String(at)} in "${pattern}"`);
  }

  function readText(inCase: boolean): string {
    let text = "";
    while (at < pattern.length) {
      const sign = pattern.charAt(at);
      if (sign === "'" && pattern.charAt(at + 1) === "'") {
        text += "'";
        at += 2;
      } else if (sign === "'" && /[{}#]/.test(pattern.charAt(at + 1))) {
        const end = pattern.indexOf("'", at + 1);
        if (end < 0) fail("open quote");
        text += pattern.slice(at + 1, end);
        at = end + 1;
      } else if (sign === "{" || sign === "}" || (inCase && sign === "#")) {
        break;
      } else {
        text += sign;
        at += 1;
      }
    }
    return text;
  }

  function readWord(): string {
    const word = /^\s*([=\w.-]+)\s*/.exec(pattern.slice(at));
    if (!word?.[1]) fail("a name is missing");
    at += word[0].length;
    return word[1];
  }

  function expect(sign: string): void {
    if (pattern.charAt(at) !== sign) fail(`"${sign}" is missing`);
    at += 1;
  }

  function readCases(): ReadonlyMap<string, readonly Part[]> {
    const cases = new Map<string, readonly Part[]>();
    while (pattern.charAt(at) !== "}") {
      const name = readWord();
      expect("{");
      cases.set(name, readParts(true));
      expect("}");
      at += /^\s*/.exec(pattern.slice(at))?.[0].length ?? 0;
    }
    if (!cases.has("other")) fail('"other" is missing');
    return cases;
  }

  function readArgument(): Part {
    expect("{");
    const name = readWord();
    if (pattern.charAt(at) === "}") {
      at += 1;
      return { kind: "value", name, number: false };
    }
    expect(",");
    const kind = readWord();
    if (kind === "number") {
      expect("}");
      return { kind: "value", name, number: true };
    }
    if (kind !== "plural" && kind !== "select") fail(`unknown kind "${kind}"`);
    expect(",");
    const cases = readCases();
    expect("}");
    return { kind: "choice", name, plural: kind === "plural", cases };
  }

  function readParts(inCase: boolean): Part[] {
    const parts: Part[] = [];
    while (at < pattern.length) {
      const sign = pattern.charAt(at);
      if (sign === "}") {
        if (inCase) return parts;
        fail("a brace too many");
      }
      if (sign === "{") parts.push(readArgument());
      else if (inCase && sign === "#") {
        at += 1;
        parts.push({ kind: "count" });
      } else parts.push({ kind: "text", text: readText(inCase) });
    }
    if (inCase) fail("a brace is missing");
    return parts;
  }

  return readParts(false);
}

/** Fills the values in; what is no text or number (an element, say) comes back as itself between the texts. `wrap` is put around each text that is filled in. */
export function formatParts<V>(parts: readonly Part[], values: Readonly<Record<string, V | string | number>>, locale: string, wrap = (value: string) => value): (V | string)[] {
  const out: (V | string)[] = [];
  const add = (piece: V | string) => {
    const last = out.at(-1);
    if (typeof piece === "string" && typeof last === "string") out[out.length - 1] = last + piece;
    else out.push(piece);
  };

  function walk(list: readonly Part[], count: number): void {
    for (const part of list) {
      if (part.kind === "text") add(part.text);
      else if (part.kind === "count") add(count.toLocaleString(locale));
      else if (part.kind === "value") {
        const value = values[part.name];
        if (value === undefined) throw new MessageError(`no value for "${part.name}"`);
        if (typeof value === "number") add(part.number ? value.toLocaleString(locale) : String(value));
        else add(typeof value === "string" ? wrap(value) : value);
      } else {
        const value = values[part.name];
        const chosen = part.plural ? choosePlural(part.cases, Number(value), locale) : part.cases.get(String(value));
        walk(chosen ?? part.cases.get("other") ?? [], part.plural ? Number(value) : count);
      }
    }
  }

  walk(parts, 0);
  return out;
}

function choosePlural(cases: ReadonlyMap<string, readonly Part[]>, n: number, locale: string): readonly Part[] | undefined {
  return cases.get(`=${String(n)}`) ?? cases.get(new Intl.PluralRules(locale).select(n));
}

/** The names of the values a pattern needs, sorted. */
export function listNames(parts: readonly Part[]): string[] {
  const names = new Set<string>();
  const walk = (list: readonly Part[]) => {
    for (const part of list) {
      if (part.kind === "value" || part.kind === "choice") names.add(part.name);
      if (part.kind === "choice") part.cases.forEach(walk);
    }
  };
  walk(parts);
  return [...names].sort();
}
