/** What stands below the last line: an address to leave, the rating, a way to a person. */
import type { VNode } from "preact";

import type { Config } from "../config";
import type { State } from "../core/state";
import type { Line } from "../core/timeline";
import { t } from "../i18n";
import { EmailCard } from "./forms";
import { Icon } from "./icons";
import { useLate } from "./parts";

export interface CardsProps {
  config: Config;
  state: State;
  lines: readonly Line[];
  /** The visitor wants to leave an address. */
  asked: boolean;
  onEmail: (email: string) => void;
  onCancel: () => void;
  onRate: (score: number, comment: string) => void;
  onPerson: () => void;
}

const loadRating = () => import("./rating");

/** The address that answers go to, as far as it may be shown; null when there is none. */
export const knownEmail = (state: State): string | null => state.emailWish?.email ?? state.email;

function wantsEmail({ config, state, lines, asked }: CardsProps): boolean {
  if (asked || state.emailRefused) return true;
  if (knownEmail(state) || !state.welcomed) return false;
  const requested = lines.findLast((line) => line.message?.ask)?.message?.ask === "email";
  return requested || (config.ask_email && !state.online && lines.some((line) => line.own));
}

export function Cards(props: CardsProps): VNode {
  const { config, state, lines, asked, onEmail, onCancel, onRate, onPerson } = props;
  const last = lines.at(-1)?.message;
  const closed = state.conversation?.status === "closed";
  const rates = last?.ask === "rating" || (closed && config.conversation_rating);
  const Rating = useLate(rates, loadRating);
  const email = knownEmail(state);
  const id = state.conversation?.id;
  const score = state.rateWish?.conversation === id ? state.rateWish?.score : state.conversation?.rating;
  return (
    <>
      {wantsEmail(props) ? (
        <EmailCard refused={state.emailRefused} onEmail={onEmail} onCancel={asked ? onCancel : undefined} />
      ) : (
        email && !state.online && <p class="hint"><Icon name="mail" /><span>{t("email_known", { email })}</span></p>
      )}
      {Rating && <Rating key={id} score={score ?? null} onRate={onRate} />}
      {closed && <p class="hint">{t("closed")}</p>}
      {last?.author.kind === "assistant" && (
        <button type="button" class="chip" onClick={onPerson}>
          <Icon name="person" />
          {t("person")}
        </button>
      )}
    </>
  );
}
