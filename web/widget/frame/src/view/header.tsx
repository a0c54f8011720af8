/** The top of the frame: whose chat it is, who is there, how soon an answer comes. */
import type { VNode } from "preact";

import type { Config } from "../config";
import type { State } from "../core/state";
import { t } from "../i18n";
import type { Key } from "../i18n";
import { formatWhen, instant } from "../time";
import { Menu } from "./menu";
import type { MenuItem } from "./menu";
import { Face, IconButton } from "./parts";

/** One sentence about when an answer comes. */
export function presenceText(state: State): string {
  if (!state.welcomed) return "";
  if (state.online) return t(`expected_${state.expected}` as Key);
  return state.opens_at ? t("back", { when: formatWhen(instant(state.opens_at)) }) : t("away");
}

export const Presence = ({ state }: { state: State }): VNode => (
  <p class={state.online ? "presence on" : "presence"}>{presenceText(state)}</p>
);

const Faces = ({ state }: { state: State }): VNode | null =>
  state.people.length ? (
    <div class="faces">
      {state.people.slice(0, 3).map((person) => (
        <Face key={person.name} person={person} />
      ))}
    </div>
  ) : null;

export interface HeaderProps {
  config: Config;
  state: State;
  /** Nothing has been said yet: the greeting has the room. */
  tall: boolean;
  menu: readonly MenuItem[];
  onClose: (() => void) | null;
}

export function Header({ config, state, tall, menu, onClose }: HeaderProps): VNode {
  const { logo } = config.brand;
  const name = config.brand.name || config.name;
  const buttons = (
    <div class="tools">
      {menu.length > 0 && <Menu items={menu} />}
      {onClose && <IconButton icon="close" label={t("close")} class="shut" onClick={onClose} />}
    </div>
  );
  if (tall)
    return (
      <header class="head tall">
        <div class="bar">
          {logo ? <img class="logo" src={logo} alt={name} /> : <p class="brand"><bdi>{name}</bdi></p>}
          {buttons}
        </div>
        <Faces state={state} />
        <h1 tabIndex={-1}>
          {!config.greeting && <span class="hello">{t("hello")} </span>}
          {config.greeting ?? t("greeting")}
        </h1>
      </header>
    );
  return (
    <header class="head">
      <div class="bar">
        <Faces state={state} />
        <div class="title">
          <h1 tabIndex={-1}><bdi>{name}</bdi></h1>
          <Presence state={state} />
        </div>
        {buttons}
      </div>
    </header>
  );
}
