/** What is seen before anything has been said. */
import type { ComponentChildren, VNode } from "preact";

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
  children?: ComponentChildren;
}

export function Home({ state, topics, onTopic, onPerson, children }: HomeProps): VNode {
  return (
    <main class="scroll home">
      <div class="card now"><Presence state={state} /></div>
      {children ?? (
        <nav class="card topics" aria-label={t("topics")}>
          {topics.map((topic) => (
            <button key={topic.key} type="button" onClick={() => onTopic(topic)}>
              <span>{topic.label}</span>
              <Icon name="next" flip />
            </button>
          ))}
          <button type="button" onClick={onPerson}>
            <Icon name="person" />
            <span>{t("person")}</span>
            <Icon name="next" flip />
          </button>
        </nav>
      )}
    </main>
  );
}
