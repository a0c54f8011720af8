import { Link } from "@tanstack/react-router";

import { sayAct } from "@/lib/acts/sayAct";
import { useSources, type Sources } from "@/lib/acts/useSources";
import { formatList, formatNumber } from "@/lib/format/text";
import { formatDateTime } from "@/lib/format/time";
import { formatLocale, i18n, tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { Part } from "@/lib/settings/Page";

import type { ActReport, Deed, Report as ReportOf } from "./api";
import styles from "./Rehearsals.module.css";

/** The argument of the act of that kind, of which a report keeps only the value. */
const ARGUMENT: Record<string, string> = { tag: "tag_ids", untag: "tag_ids", assign_agent: "agent_id", assign_team: "team_id", set_priority: "priority", set_status: "status", set_language: "language" };

function sayKind(kind: string): string {
  return `deed.${kind}` in i18n.get().texts ? tName("deed", kind) : tName("act_form", kind);
}

function sayDifference({ act, value }: Deed, sources: Sources): string {
  const name = ARGUMENT[act];
  if (name === undefined || value === "") return sayKind(act);
  return sayAct({ act, [name]: name === "tag_ids" ? [value] : value }, sources);
}

const percent = (share: number) => new Intl.NumberFormat(formatLocale(), { style: "percent", maximumFractionDigits: 0 }).format(share);

function Agreement({ act }: { act: ActReport }) {
  const t = useT();
  if (act.by_agents === 0) return <span className={styles.faint}>{t("rehearsal.agents_never")}</span>;
  return (
    <>
      <div>{act.precision === null ? t("rehearsal.never_after") : t("rehearsal.precision", { share: percent(act.precision) })}</div>
      {act.recall !== null && <div className={styles.faint}>{t("rehearsal.recall", { share: percent(act.recall), n: act.by_agents })}</div>}
    </>
  );
}

function ActTable({ acts }: { acts: readonly ActReport[] }) {
  const t = useT();
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("rehearsal.act")}</th>
            <th scope="col">{t("rehearsal.before")}</th>
            <th scope="col">{t("rehearsal.after")}</th>
            <th scope="col">{t("rehearsal.agreement")}</th>
          </tr>
        </thead>
        <tbody>
          {acts.map((one) => (
            <tr key={one.act}>
              <th scope="row">{sayKind(one.act)}</th>
              <td>{formatNumber(one.before)}</td>
              <td>
                <strong>{formatNumber(one.after)}</strong>
              </td>
              <td>
                <Agreement act={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FiredTable({ report }: { report: ReportOf }) {
  const t = useT();
  const names = new Map(Object.values(report.about ?? {}).flatMap((one) => Object.entries(one?.names ?? {})));
  const most = Math.max(1, ...report.fired.flatMap((one) => [one.before, one.after]));
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("rehearsal.rule")}</th>
            <th scope="col">{t("rehearsal.before")}</th>
            <th scope="col">{t("rehearsal.after")}</th>
          </tr>
        </thead>
        <tbody>
          {report.fired.map((one) => (
            <tr key={one.id}>
              <th scope="row">{names.get(one.id) ?? t("rehearsal.rule_gone")}</th>
              {[one.before, one.after].map((count, i) => (
                <td key={i}>
                  {formatNumber(count)}
                  <meter className={styles.bar} value={count} max={most} aria-hidden="true" />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Differences({ sign, deeds, sources }: { sign: "added" | "removed"; deeds: readonly Deed[]; sources: Sources }) {
  const t = useT();
  return deeds.map((one, i) => (
    <li key={`${sign}${String(i)}`} data-sign={sign}>
      <span className={styles.sign} aria-label={t(`rehearsal.${sign}`)}>
        {sign === "added" ? "+" : "−"}
      </span>
      <span>
        {sayDifference(one, sources)} <small className={styles.faint}>{formatList(one.why.length > 0 ? one.why : [tName("decider", one.decider)])}</small>
      </span>
    </li>
  ));
}

/** The whole report of a rehearsal: per act, per rule, and the conversations in which most would have been otherwise. */
export function Report({ report }: { report: ReportOf }) {
  const t = useT();
  const sources = useSources();
  return (
    <>
      {report.acts.length > 0 && (
        <Part title={t("rehearsal.acts")} intro={t("rehearsal.acts_intro")}>
          <ActTable acts={report.acts} />
        </Part>
      )}
      {report.fired.length > 0 && (
        <Part title={t("rehearsal.fired")}>
          <FiredTable report={report} />
        </Part>
      )}
      <Part title={t("rehearsal.examples")} intro={t(report.examples.length === 0 ? "rehearsal.no_examples" : "rehearsal.examples_intro")}>
        <ul className={styles.examples}>
          {report.examples.map((one) => (
            <li key={one.conversation_id}>
              <Link to="/conversations/$id" params={{ id: one.conversation_id }} className={styles.link}>
                {one.number === null ? t("rehearsal.conversation") : `#${String(one.number)}`}
              </Link>
              <time className={styles.faint} dateTime={one.at}>
                {formatDateTime(one.at)}
              </time>
              <ul className={styles.differences}>
                <Differences sign="added" deeds={one.added} sources={sources} />
                <Differences sign="removed" deeds={one.removed} sources={sources} />
              </ul>
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
}
