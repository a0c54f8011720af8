/** Small pieces that several views share. */
import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { Author, Person } from "../core/protocol";
import { Icon } from "./icons";
import type { IconName } from "./icons";

/** First letters of the first two words, whole characters also beyond the basic plane. */
export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => Array.from(word)[0] ?? "")
    .join("")
    .toLocaleUpperCase();

/** A face, or the initials where there is no picture or it does not load. Decoration: the name stands beside it. */
export function Face({ person, kind }: { person: Person | Author; kind?: Author["kind"] }): VNode {
  const [broken, setBroken] = useState<string | null>(null);
  const { avatar, name } = person;
  if (avatar && avatar !== broken)
    return <img class="face" src={avatar} alt="" width={32} height={32} onError={() => setBroken(avatar)} />;
  if (kind === "assistant" || !name) return <span class="face" aria-hidden="true"><Icon name={kind === "assistant" ? "spark" : "person"} /></span>;
  return <span class="face" aria-hidden="true">{initials(name)}</span>;
}

export interface IconButtonProps {
  icon: IconName;
  label: string;
  onClick: () => void;
  class?: string;
  flip?: boolean;
  disabled?: boolean;
  expanded?: boolean;
}

export const IconButton = ({ icon, label, onClick, flip, disabled, expanded, class: extra = "" }: IconButtonProps): VNode => (
  <button
    type="button"
    class={`icon-button ${extra}`}
    aria-label={label}
    title={label}
    aria-expanded={expanded}
    disabled={disabled}
    onClick={onClick}
  >
    <Icon name={icon} flip={flip ?? false} />
  </button>
);

/** A part that is fetched when it is first wanted; null until then, and again after a failed attempt. */
export function useLate<P>(wanted: boolean, load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> | null {
  const [part, setPart] = useState<{ view: ComponentType<P> } | null>(null);
  useEffect(() => {
    if (wanted && !part) load().then((module) => setPart({ view: module.default }), () => undefined);
  }, [wanted, part, load]);
  return wanted ? (part?.view ?? null) : null;
}
