import { Button } from "@parley/ui/Button";

import { sayRule } from "@/lib/acts/sayRule";
import type { Sources } from "@/lib/acts/useSources";
import type { Words } from "@/lib/acts/useVocabulary";
import { useAgents } from "@/lib/directory";
import { formatAgo, formatFull } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";

import type { RuleVersion } from "./api";
import styles from "./Editor.module.css";

type VersionsProps = { versions: readonly RuleVersion[]; words: Words; sources: Sources; disabled: boolean; onRestore: (version: number) => void };

/** How the rule was, version by version; an older one can be made the newest again. */
export function Versions({ versions, words, sources, disabled, onRestore }: VersionsProps) {
  const t = useT();
  const { byId } = useAgents();
  return (
    <details className={styles.versions}>
      <summary>{t("rule_versions.title", { n: versions.length })}</summary>
      <ol>
        {versions.map((one, i) => (
          <li key={one.version}>
            <div className={styles.versionHead}>
              <span>
                <strong>{t("rule_versions.one", { n: one.version })}</strong>{" "}
                <time className={styles.faint} dateTime={one.at} title={formatFull(one.at)}>
                  {formatAgo(one.at)}
                </time>{" "}
                <span className={styles.faint}>{one.saved_by === null ? "" : (byId.get(one.saved_by)?.name ?? "")}</span>
              </span>
              {i > 0 && !disabled && (
                <Button size="s" onClick={() => onRestore(one.version)}>
                  {t("rule_versions.restore")}
                </Button>
              )}
            </div>
            <p className={styles.faint}>{sayRule(one.rule, words, sources)}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}
