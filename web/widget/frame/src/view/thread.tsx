/** The conversation itself. */
import { Fragment } from "preact";
import type { ComponentChildren, RefObject, VNode } from "preact";

import { isRead } from "../core/state";
import type { State } from "../core/state";
import type { Line } from "../core/timeline";
import { t } from "../i18n";
import { formatDay } from "../time";
import { Icon } from "./icons";
import { Row } from "./row";
import type { RowProps } from "./row";

function Typing({ typing }: { typing: NonNullable<State["typing"]> }): VNode {
  const text = typing.name ? t("typing", { name: typing.name }) : t("typing_somebody");
  return (
    <div class="typing">
      <span class="dots" aria-hidden="true"><i /><i /><i /></span>
      <span>{text}</span>
    </div>
  );
}

/** The place among those who wait; where nobody is there, how soon an answer comes is said at the top. */
export function Waiting({ state }: { state: State }): VNode {
  const { queue } = state;
  const shown = queue && (state.online || state.expected !== "email");
  const words = shown && (queue.minutes && state.online ? t("queue_minutes", { place: queue.position, n: queue.minutes }) : t("queue", { place: queue.position }));
  return <p class="waiting" role="status">{words}</p>;
}

export interface ThreadProps extends Omit<RowProps, "line" | "mark"> {
  box: RefObject<HTMLElement | null>;
  state: State;
  lines: readonly Line[];
  onOlder: () => void;
  atEnd: boolean;
  fresh: number;
  onEnd: () => void;
  /** Cards below the last line. */
  children?: ComponentChildren;
}

const markOf = (state: State, line: Line): "seen" | "sent" | null =>
  line.own && line.message ? (isRead(state, line.message) ? "seen" : "sent") : null;

export function Thread({ box, state, lines, onOlder, atEnd, fresh, onEnd, children, ...row }: ThreadProps): VNode {
  const newest = lines.findLast((line) => line.own && line.message);
  return (
    <main class="scroll" ref={box}>
      <div class="thread">
        {state.more && (
          <button type="button" class="link earlier" disabled={state.loading} onClick={onOlder}>
            {t("earlier")}
          </button>
        )}
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard */}
        <ol class="lines" aria-label={t("messages")} tabIndex={0}>
          {lines.map((line) => (
            <Fragment key={line.key}>
              {line.day && <li class="day"><span>{formatDay(line.at)}</span></li>}
              <Row {...row} line={line} mark={line === newest ? markOf(state, line) : null} />
            </Fragment>
          ))}
        </ol>
        {state.typing && <Typing typing={state.typing} />}
        <Waiting state={state} />
        {children}
      </div>
      {!atEnd && (
        <button type="button" class="latest" aria-label={fresh ? undefined : t("latest")} onClick={onEnd}>
          {fresh > 0 && <span>{t("new", { n: fresh })}</span>}
          <Icon name="down" />
        </button>
      )}
    </main>
  );
}
