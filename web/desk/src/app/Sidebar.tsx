import { Avatar } from "@parley/ui/Avatar";
import { cx } from "@parley/ui/cx";
import { IconButton } from "@parley/ui/IconButton";
import { Keys } from "@parley/ui/Keys";
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuLine } from "@parley/ui/Menu";
import { Link, useNavigate } from "@tanstack/react-router";
import { CalendarOff, ChartNoAxesColumn, ChevronDown, Coffee, Hourglass, Keyboard, LogOut, MonitorSmartphone, PackageCheck, Search, Settings, Siren, SquarePen, Stamp, Sunrise, TriangleAlert, UserRound, Users } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import { useBriefCount } from "@/automation/brief/useBriefCount";
import { useQueueCount } from "@/automation/queue/useQueueCount";
import { useApprovalCount } from "@/commerce/approvals/useOpenActs";
import { MessagesLink } from "@/direct/MessagesLink";
import { keysOf } from "@/lib/commands/table";
import { runCommand } from "@/lib/commands/useCommands";
import { changeDevice, device } from "@/lib/device";
import { useMay, useSelf } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";

import { Bell } from "./notifications/Bell";
import styles from "./Sidebar.module.css";
import { useFailedCount } from "./useFailedCount";
import { ViewList } from "./ViewList";

const AwayDialog = lazy(() => import("@/automation/routing/AwayDialog").then((file) => ({ default: file.AwayDialog })));

function SelfMenu({ onAway }: { onAway: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const { agent, workspace } = useSelf();
  const { theme, away } = useStore(device);
  const planner = useMay("conversations:write");
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={styles.self}>
          <Avatar name={agent.name} colour={agent.avatar_colour} size="s" online={!away} />
          <span className={styles.workspace}>{workspace.name}</span>
          <span className="sr-only">{t("nav.self", { name: agent.name })}</span>
          <ChevronDown />
        </button>
      }
    >
      <MenuLabel>
        {agent.name} · {agent.email}
      </MenuLabel>
      <MenuItem icon={<UserRound />} onSelect={() => void navigate({ to: "/settings/profile" })}>
        {t("nav.profile")}
      </MenuItem>
      <MenuItem icon={<MonitorSmartphone />} onSelect={() => runCommand("theme")}>
        {t("nav.theme", { theme: t(`theme.${theme}`) })}
      </MenuItem>
      <MenuItem icon={<Keyboard />} keys={keysOf("shortcuts")} onSelect={() => runCommand("shortcuts")}>
        {t("cmd.shortcuts")}
      </MenuItem>
      <MenuLine />
      <MenuCheck checked={!away} onChange={() => changeDevice({ away: false })}>
        {t("nav.here")}
      </MenuCheck>
      <MenuCheck checked={away} onChange={() => changeDevice({ away: true })}>
        {t("nav.away")}
      </MenuCheck>
      {planner && (
        <>
          <MenuItem icon={<CalendarOff />} onSelect={onAway}>
            {t("nav.away_plan")}
          </MenuItem>
          <MenuItem icon={<Coffee />} onSelect={() => void navigate({ to: "/handovers/new" })}>
            {t("handover.end")}
          </MenuItem>
        </>
      )}
      <MenuLine />
      <MenuItem icon={<LogOut />} onSelect={() => runCommand("sign.out")}>
        {t("cmd.sign_out")}
      </MenuItem>
    </Menu>
  );
}

/** Where one can go: the views with their counts, and the other pages. */
export function Sidebar({ onNew }: { onNew: () => void }) {
  const t = useT();
  const worker = useMay("work:read");
  const caller = useMay("automation:read");
  const counter = useMay("numbers:read");
  const writer = useMay("conversations:write");
  const failed = useFailedCount(worker);
  const reader = useMay("orders:read");
  const approver = useMay("orders:approve");
  const approvals = useApprovalCount(approver);
  const queued = useQueueCount(caller);
  const waiting = useBriefCount(useMay("conversations:read"));
  const [planning, setPlanning] = useState(false);
  return (
    <nav className={styles.bar} aria-label={t("nav.label")}>
      <div className={styles.top}>
        <SelfMenu onAway={() => setPlanning(true)} />
        <Bell />
        {writer && <IconButton label={t("cmd.new")} keys={keysOf("new")} icon={<SquarePen />} size="s" onClick={onNew} />}
      </div>
      <Link to="/search" className={styles.search} activeProps={{ className: cx(styles.search, styles.active) }}>
        <Search />
        <span>{t("nav.search")}</span>
        <Keys keys={keysOf("palette") ?? ""} />
      </Link>
      <div className={styles.views}>
        <ViewList />
      </div>
      <ul className={styles.pages}>
        <li>
          <MessagesLink className={styles.link} />
        </li>
        <li>
          <Link to="/customers" className={styles.link} activeProps={{ className: cx(styles.link, styles.active) }}>
            <Users />
            <span>{t("nav.customers")}</span>
          </Link>
        </li>
        {reader && (
          <li>
            <Link to="/returns" className={styles.link} activeProps={{ className: cx(styles.link, styles.active) }}>
              <PackageCheck />
              <span>{t("nav.returns")}</span>
            </Link>
          </li>
        )}
        {approver && (
          <li>
            <Link to="/approvals" className={styles.link} activeProps={{ className: cx(styles.link, styles.active) }}>
              <Stamp />
              <span>{t("nav.approvals")}</span>
              {approvals !== "" && <span className={cx(styles.failed, styles.waiting)}>{approvals}</span>}
            </Link>
          </li>
        )}
        {waiting !== "" && (
          <li>
            <Link to="/brief" className={styles.link} activeProps={{ className: cx(styles.link, styles.active) }}>
              <Sunrise />
              <span>{t("nav.brief")}</span>
              <span className={cx(styles.failed, styles.waiting)}>{waiting}</span>
            </Link>
          </li>
        )}
        {caller && (
          <li>
            <Link to="/queue" className={styles.link} activeProps={{ className: cx(styles.link, styles.active) }}>
              <Hourglass />
              <span>{t("nav.queue")}</span>
              {queued !== "" && <span className={cx(styles.failed, styles.waiting)}>{queued}</span>}
            </Link>
          </li>
        )}
        {caller && (
          <li>
            <Link to="/alerts" className={styles.link} activeProps={{ className: cx(styles.link, styles.active) }}>
              <Siren />
              <span>{t("nav.alerts")}</span>
            </Link>
          </li>
        )}
        {counter && (
          <li>
            <Link to="/numbers" className={styles.link} activeProps={{ className: cx(styles.link, styles.active) }}>
              <ChartNoAxesColumn />
              <span>{t("nav.numbers")}</span>
            </Link>
          </li>
        )}
        {worker && (
          <li>
            <Link to="/failed-work" className={styles.link} activeProps={{ className: cx(styles.link, styles.active) }}>
              <TriangleAlert />
              <span>{t("nav.failed")}</span>
              {failed !== "" && <span className={styles.failed}>{failed}</span>}
            </Link>
          </li>
        )}
        <li>
          <Link to="/settings" className={styles.link} activeProps={{ className: cx(styles.link, styles.active) }}>
            <Settings />
            <span>{t("nav.settings")}</span>
          </Link>
        </li>
      </ul>
      <Suspense>{planning && <AwayDialog onClose={() => setPlanning(false)} />}</Suspense>
    </nav>
  );
}
