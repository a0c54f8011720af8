import type { Numbers } from "@parley/client/types";
import { Link } from "@tanstack/react-router";

import { useAgents, useChannels } from "@/lib/directory";
import { formatNumber } from "@/lib/format/text";
import { formatAgo } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import styles from "./NumbersPage.module.css";

type Search = { channel?: string; assignee?: string };
type Line = { key: string; label: string; count: number; view: string; search: Search };

function Bars({ title, note, lines }: { title: string; note?: string | undefined; lines: readonly Line[] }) {
  const t = useT();
  const most = Math.max(1, ...lines.map((line) => line.count));
  return (
    <section className={styles.card}>
      <h2>{title}</h2>
      <ul className={styles.rows}>
        {lines.map((line) => (
          <li key={line.key}>
            <Link to="/inbox/$view" params={{ view: line.view }} search={line.search} className={styles.row}>
              <span className={styles.label} dir="auto">
                {line.label}
              </span>
              <span className={styles.track} aria-hidden="true">
                <span className={styles.bar} style={{ inlineSize: `${String((100 * line.count) / most)}%` }} />
              </span>
              <span className={styles.number}>{formatNumber(line.count)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {lines.length === 0 && <p className={styles.note}>{t("numbers.nothing_open")}</p>}
      {note !== undefined && <p className={styles.note}>{note}</p>}
    </section>
  );
}

const VIEW_OF: Record<string, string> = { open: "all_open", snoozed: "snoozed", closed: "closed", spam: "spam" };

/** What is open now, by state, channel and person; each bar leads to its conversations. */
export function Backlog({ numbers }: { numbers: Numbers }) {
  const t = useT();
  const { byId: channels } = useChannels();
  const { byId: agents } = useAgents();
  const since = numbers.waiting_longest_since;
  const byStatus = numbers.backlog_by_status.map(({ key, count }): Line => ({ key: key ?? "", label: tName("status", key ?? ""), count, view: VIEW_OF[key ?? ""] ?? "all", search: {} }));
  const byChannel = numbers.backlog_by_channel.map(
    ({ key, count }): Line => ({ key: key ?? "none", label: channels.get(key ?? "")?.name ?? tName("channel", key ?? ""), count, view: "all_open", search: key === null ? {} : { channel: key } }),
  );
  const byAgent = numbers.backlog_by_assignee.map(
    ({ key, count }): Line => ({ key: key ?? "none", label: key === null ? t("assignee.none") : (agents.get(key)?.name ?? "…"), count, view: "all_open", search: { assignee: key ?? "none" } }),
  );
  return (
    <div className={styles.trio}>
      <Bars title={t("numbers.backlog")} note={since === null ? undefined : t("numbers.longest", { ago: formatAgo(since) })} lines={byStatus} />
      <Bars title={t("numbers.by_channel")} lines={byChannel} />
      <Bars title={t("numbers.by_agent")} lines={byAgent} />
    </div>
  );
}
