/** The settings that the server writes into the frame's page. */
import type { Catalogue } from "./i18n";

export interface Topic {
  key: string;
  label: string;
}

export interface Config {
  channel: string;
  name: string;
  colour: string;
  greeting: string | null;
  languages: string[];
  language: string;
  catalogue: Catalogue | null;
  position: "start" | "end";
  brand: { name: string; logo: string | null };
  topics: Topic[];
  ask_email: boolean;
  file_limit: number;
  emoji: boolean;
  conversation_rating: boolean;
}

const DEFAULTS: Config = {
  channel: "",
  name: "",
  colour: "#4353d0",
  greeting: null,
  languages: [],
  language: "",
  catalogue: null,
  position: "end",
  brand: { name: "", logo: null },
  topics: [],
  ask_email: true,
  file_limit: 20_000_000,
  emoji: true,
  conversation_rating: true,
};

/** Reads the settings of a page; whatever is absent has a default. */
export function readConfig(page: Document): Config {
  const given = JSON.parse(page.getElementById("parley-config")?.textContent ?? "{}") as Partial<Config>;
  return { ...DEFAULTS, ...given };
}

/** Fetches the settings again in another language; the old ones where that fails. */
export async function fetchConfig(language: string, old: Config): Promise<Config> {
  const url = new URL(location.href);
  url.searchParams.set("language", language);
  try {
    const answer = await fetch(url);
    if (!answer.ok) return old;
    return readConfig(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    return old;
  }
}
