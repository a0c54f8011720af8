/** What is seen before anything has been said. */
import type { VNode } from "preact";

import type { Topic } from "../config";
import type { State } from "../core/state";
import { t } from "../i18n";
import { Presence } from "./header";
import { Icon } from "./icons";

export interface HomeProps {
  state: State;
  topics: readonly Topic[];
  onTopic: (topic: Topic) => void;
  onPerson: () => void;
  /** The form that leaves a message, while nobody is there. */
  form: VNode | null;
}

export function Home({ state, topics, onTopic, onPerson, form }: HomeProps): VNode {
  return (
    <main class="scroll home">
      <div class="card">
        <div class="now">
          <Presence state={state} />
        </div>
        {form ?? (
          <nav class="topics" aria-label={t("topics")}>
            {[...topics, null].map((topic) => (
              <button key={topic?.key} type="button" onClick={() => (topic ? onTopic(topic) : onPerson())}>
                <span>{topic?.label ?? t("person")}</span>
                <Icon name="next" flip />
              </button>
            ))}
          </nav>
        )}
      </div>
    </main>
  );
}
