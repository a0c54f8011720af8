import type { PromiseNumbers } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { useQuery } from "@tanstack/react-query";

import type { Sources } from "@/lib/acts/useSources";
import type { Words } from "@/lib/acts/useVocabulary";
import { useAgents } from "@/lib/directory";
import { formatNumber } from "@/lib/format/text";
import { formatAgo, formatFull } from "@/lib/format/time";
import { formatLocale, tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import editor from "../rules/Editor.module.css";
import { listSlaVersions, slaKeys, type Sla, type SlaBody } from "./api";
import { saySla } from "./saySla";
import styles from "./Slas.module.css";

/** How the promises of this SLA went in the last 30 days. */
export function SlaNumbers({ items }: { items: PromiseNumbers["items"] }) {
  const t = useT();
  if (items.length === 0) return <p className={styles.hint}>{t("sla_edit.no_numbers")}</p>;
  const percent = new Intl.NumberFormat(formatLocale(), { style: "percent" });
  return (
    <table className={styles.numbers}>
      <thead>
        <tr>
          <th scope="col">
            <span className="sr-only">{t("promise.title")}</span>
          </th>
          <th scope="col">{tName("promise.state", "met")}</th>
          <th scope="col">{tName("promise.state", "broken")}</th>
          <th scope="col">%</th>
        </tr>
      </thead>
      <tbody>
        {items.map((one) => (
          <tr key={one.kind}>
            <th scope="row">{tName("promise.kind", one.kind)}</th>
            <td>{formatNumber(one.met)}</td>
            <td>{formatNumber(one.broken)}</td>
            <td>{one.share === null ? "–" : percent.format(one.share)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type VersionsProps = { sla: Sla; words: Words; sources: Sources; disabled: boolean; onRestore: (name: string, body: SlaBody) => void };

/** How the SLA was, version by version; an older one can be made the newest again. */
export function SlaVersions({ sla, words, sources, disabled, onRestore }: VersionsProps) {
  const t = useT();
  const { byId } = useAgents();
  const { data } = useQuery({ queryKey: slaKeys.versions(sla.id), queryFn: () => listSlaVersions(sla.id) });
  if (!data) return null;
  return (
    <details className={editor.versions}>
      <summary>{t("rule_versions.title", { n: data.length })}</summary>
      <ol>
        {data.map((one) => (
          <li key={one.version}>
            <div className={editor.versionHead}>
              <span>
                <strong>{t("rule_versions.one", { n: one.version })}</strong>{" "}
                <time className={editor.faint} dateTime={one.at} title={formatFull(one.at)}>
                  {formatAgo(one.at)}
                </time>{" "}
                <span className={editor.faint}>{one.saved_by === null ? "" : (byId.get(one.saved_by)?.name ?? "")}</span>
              </span>
              {one.version !== sla.version && !disabled && (
                <Button size="s" onClick={() => onRestore(one.name, one.sla)}>
                  {t("rule_versions.restore")}
                </Button>
              )}
            </div>
            <p className={editor.faint}>{saySla(one.sla, words, sources)}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}
