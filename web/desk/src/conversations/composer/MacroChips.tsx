import { Chip } from "@parley/ui/Chip";
import { Zap } from "lucide-react";

import { sayAct } from "@/lib/acts/sayAct";
import { useSources } from "@/lib/acts/useSources";
import { useT } from "@/lib/i18n/useT";

import { dropAct, type DraftMacro } from "./macros";
import styles from "./Macros.module.css";

/** What will be done when the message is sent; each can be left out. */
export function MacroChips({ macros, onChange }: { macros: readonly DraftMacro[]; onChange: (macros: DraftMacro[]) => void }) {
  const t = useT();
  const sources = useSources();
  if (macros.every((one) => one.acts.length === 0)) return null;
  return (
    <div className={styles.chips} role="group" aria-label={t("macro.on_send")}>
      <span className={styles.chipsTitle}>{t("macro.on_send")}</span>
      {macros.flatMap((one) =>
        one.acts.map(({ place, act }) => {
          const words = sayAct(act, sources);
          return (
            <Chip key={`${one.id}.${String(place)}`} size="s" icon={<Zap />} removeLabel={t("macro.leave_out", { act: words })} onRemove={() => onChange(dropAct(macros, one.id, place))}>
              {words}
            </Chip>
          );
        }),
      )}
    </div>
  );
}
