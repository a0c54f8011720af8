import type { View } from "@parley/client/types";
import { cx } from "@parley/ui/cx";
import { Link } from "@tanstack/react-router";
import { AtSign, CircleCheck, Clock, Filter, Hourglass, Inbox, MailQuestion, PencilLine, ShieldAlert, Timer, UserRound, type LucideIcon } from "lucide-react";

import { useViews } from "@/lib/directory";
import { formatCount } from "@/lib/format/text";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import styles from "./Sidebar.module.css";

const SIGNS: Record<string, LucideIcon> = {
  mine: UserRound,
  unassigned: MailQuestion,
  all_open: Inbox,
  mentions: AtSign,
  waiting: Hourglass,
  due: Timer,
  snoozed: Clock,
  closed: CircleCheck,
  spam: ShieldAlert,
  drafts: PencilLine,
};

const COUNTED = new Set(["mine", "unassigned", "all_open", "mentions", "waiting", "due", "snoozed", "drafts"]);

/** The name of a view: ours in the reader's language, the others as they were named. */
export function nameView(view: View): string {
  return view.id === null && view.key in SIGNS ? tName("view", view.key) : view.name;
}

function ViewLink({ view }: { view: View }) {
  const t = useT();
  const Sign = SIGNS[view.key] ?? Filter;
  const counted = view.count > 0 && (view.id !== null || COUNTED.has(view.key));
  return (
    <li>
      <Link to="/inbox/$view" params={{ view: view.key }} className={styles.link} activeProps={{ className: cx(styles.link, styles.active) }}>
        <Sign />
        <span>{nameView(view)}</span>
        {counted && (
          <span className={cx(styles.count, view.unread > 0 && styles.fresh)}>
            {formatCount(view.count)}
            {view.unread > 0 && <span className="sr-only">{t("nav.unread", { n: view.unread })}</span>}
          </span>
        )}
      </Link>
    </li>
  );
}

/** The views: ours first, then the saved ones. */
export function ViewList() {
  const t = useT();
  const { data } = useViews();
  const sorted = [...data].sort((a, b) => a.position - b.position);
  const own = sorted.filter((view) => view.id !== null);
  return (
    <>
      <ul>
        {sorted.filter((view) => view.id === null && view.key in SIGNS).map((view) => (
          <ViewLink key={view.key} view={view} />
        ))}
      </ul>
      {own.length > 0 && (
        <>
          <h2 className={styles.heading}>{t("nav.saved_views")}</h2>
          <ul>
            {own.map((view) => (
              <ViewLink key={view.key} view={view} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}
