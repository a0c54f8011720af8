import type { DeciderSettings } from "@parley/client/types";
import { SelectField } from "@parley/ui/Field";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { RichText } from "@/conversations/timeline/MessageBody";
import { useSelf } from "@/lib/directory";
import { formatLanguage } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Part } from "@/lib/settings/Page";

import { DELAY_KINDS, getTexts, STATUS_KINDS, type Kind, type Words } from "./api";
import styles from "./OrderMessages.module.css";
import type { Change } from "./useDecider";
import { WordsForm } from "./WordsForm";

const KINDS: readonly Kind[] = [...STATUS_KINDS, ...DELAY_KINDS];

type Set = { decider: DeciderSettings; disabled: boolean; onChange: (change: Change) => void };
type Texts = Record<string, Record<string, Words>>;

/** All own words with those of one message changed; null takes them away. */
export function putWords(texts: Texts, language: string, kind: Kind, words: Words | null): Texts {
  const others = Object.fromEntries(Object.entries(texts[language] ?? {}).filter(([one]) => one !== kind));
  return { ...texts, [language]: words === null ? others : { ...others, [kind]: words } };
}

/** What a shopper reads, kind by kind and language by language, about an order that there is not. */
export function Texts({ decider, disabled, onChange }: Set) {
  const t = useT();
  const { workspace } = useSelf();
  const [language, setLanguage] = useState(workspace.language);
  const [kind, setKind] = useState<Kind>("late");
  const query = useQuery({ queryKey: keys.settings("order-texts", language), queryFn: () => getTexts(language), placeholderData: keepPreviousData });
  const shown = query.data?.items.find((one) => one.kind === kind);
  return (
    <Part title={t("ordermsg.texts")} intro={t("ordermsg.texts_intro")}>
      <Loading query={query}>
        {query.data && (
          <div className="stack">
            <div className={styles.times}>
              <SelectField label={t("ordermsg.kind_label")} value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
                {KINDS.map((one) => (
                  <option key={one} value={one}>
                    {t(`told.kind.${one}`)}
                  </option>
                ))}
              </SelectField>
              <SelectField label={t("ordermsg.language")} value={query.data.language} onChange={(event) => setLanguage(event.target.value)}>
                {query.data.languages.map((one) => (
                  <option key={one} value={one}>
                    {formatLanguage(one)}
                  </option>
                ))}
              </SelectField>
            </div>
            {shown && (
              <article className={styles.mail} lang={query.data.language} aria-label={t("ordermsg.preview")} aria-busy={query.isPlaceholderData}>
                <h3 dir="auto">{shown.subject}</h3>
                <RichText html={shown.html} className={styles.body} />
              </article>
            )}
            {shown && !disabled && !query.isPlaceholderData && (
              <details className={styles.words}>
                <summary>{t("ordermsg.change")}</summary>
                <WordsForm
                  key={`${query.data.language} ${kind} ${shown.own.subject} ${shown.own.body}`}
                  text={shown}
                  variables={query.data.variables}
                  onChange={(words) => onChange({ values: { texts: putWords((decider.values.texts ?? {}) as Texts, query.data.language, kind, words) } })}
                />
              </details>
            )}
          </div>
        )}
      </Loading>
    </Part>
  );
}
