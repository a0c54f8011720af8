import { Check, X } from "lucide-react";

import { useT } from "@/lib/i18n/useT";

import { sayTest, sayValue, type Said } from "./sayTest";
import styles from "./TestList.module.css";
import { useSources } from "./useSources";
import { useVocabulary } from "./useVocabulary";

export type Tested = Said & { met?: unknown; held?: boolean; hidden?: boolean };

/** Tests with whether each held and the value it met; personal values are not kept, and that is said. */
export function TestList({ tests }: { tests: readonly Tested[] }) {
  const t = useT();
  const words = useVocabulary();
  const sources = useSources();
  return (
    <ul className={styles.tests}>
      {tests.map((one, i) => {
        const held = one.held !== false;
        const word = words.fields.get(one.field);
        const met = one.hidden === true ? t("rule_says.hidden") : t("rule_says.met", { value: sayValue(one.met, word, sources) });
        return (
          <li key={i} data-held={held}>
            {held ? <Check aria-label={t("rule_says.held")} /> : <X aria-label={t("rule_says.not_held")} />}
            <span>
              {sayTest(one, word, sources)} <small>{met}</small>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
