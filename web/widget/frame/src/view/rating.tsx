/** The rating at the end of a conversation, fetched when one ends. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { t } from "../i18n";
import type { Key } from "../i18n";
import { Icon } from "./icons";
import "../styles/rating.css";

const SCORES = [1, 2, 3, 4, 5];
const COMMENT_LIMIT = 2000;
const wordOf = (score: number): string => t(`rate_${score}` as Key);

export interface RatingProps {
  /** What has been given already. */
  score: number | null;
  onRate: (score: number, comment: string) => void;
}

export default function Rating({ score, onRate }: RatingProps): VNode {
  const [chosen, setChosen] = useState(0);
  const [comment, setComment] = useState("");
  if (score)
    return (
      <div class="card rating" role="status">
        <p class="stars given" aria-label={wordOf(score)}>
          {SCORES.map((value) => (
            <span key={value} class={value <= score ? "star on" : "star"}><Icon name="star" /></span>
          ))}
        </p>
        <p>{t("rate_thanks")}</p>
      </div>
    );
  return (
    <form
      class="card rating"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen) onRate(chosen, comment.trim());
      }}
    >
      <fieldset>
        <legend>{t("rate")}</legend>
        <div class="stars">
          {SCORES.map((value) => (
            <label key={value} class={value <= chosen ? "star on" : "star"} title={wordOf(value)}>
              <input type="radio" name="score" value={value} checked={value === chosen} onChange={() => setChosen(value)} />
              <span class="quiet">{wordOf(value)}</span>
              <Icon name="star" />
            </label>
          ))}
        </div>
        {chosen > 0 && <p class="word" aria-hidden="true">{wordOf(chosen)}</p>}
      </fieldset>
      {chosen > 0 && (
        <>
          <textarea
            rows={2}
            aria-label={t("comment")}
            placeholder={t("comment")}
            maxLength={COMMENT_LIMIT}
            value={comment}
            onInput={({ currentTarget }) => setComment(currentTarget.value)}
          />
          <button type="submit" class="button primary wide">{t("rate_send")}</button>
        </>
      )}
    </form>
  );
}
