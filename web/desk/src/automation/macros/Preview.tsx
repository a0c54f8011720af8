import { SelectField } from "@parley/ui/Field";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useState } from "react";

import { listConversations } from "@/conversations/api";
import { RichText } from "@/conversations/timeline/MessageBody";
import { formatList } from "@/lib/format/text";
import { isBlank } from "@/lib/html";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";
import { explain } from "@/lib/problem";

import { tryText } from "./api";
import styles from "./Macros.module.css";

const PAUSE_MS = 400;

/** What was typed, when the typing has paused. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return useDeferredValue(settled);
}

/** The text as it would read in a conversation of one's choice. */
export function Preview({ language, text }: { language: string; text: string }) {
  const t = useT();
  const recent = useQuery({ queryKey: ["conversations", "for-preview"], queryFn: ({ signal }) => listConversations({}, null, signal) });
  const [chosen, setChosen] = useState("");
  const settled = useSettled(text);
  const conversation = chosen === "" ? (recent.data?.items[0]?.id ?? "") : chosen;
  const made = useQuery({
    queryKey: ["macro-try", conversation, language, settled],
    queryFn: () => tryText(conversation, language, settled),
    enabled: conversation !== "" && !isBlank(settled),
    gcTime: 0,
    placeholderData: (before) => before,
  });
  if (recent.data?.items.length === 0) return null;
  return (
    <section className={styles.part}>
      <SelectField label={t("macros.preview")} value={conversation} onChange={(event) => setChosen(event.target.value)}>
        {recent.data?.items.map((one) => (
          <option key={one.id} value={one.id}>
            {`#${String(one.number)} ${nameCustomer(one.customer)}${one.subject === "" ? "" : `: ${one.subject}`}`}
          </option>
        ))}
      </SelectField>
      {made.isError ? (
        <p className={styles.error} role="status">
          {explain(made.error)}
        </p>
      ) : (
        made.data && !isBlank(settled) && (
          <div className={styles.preview} aria-live="polite">
            <RichText html={made.data.html} />
            {made.data.missing.length > 0 && <p className={styles.missing}>{t("macros.missing", { names: formatList(made.data.missing.map((name) => tName("variable", name))) })}</p>}
          </div>
        )
      )}
    </section>
  );
}
