import type { Conversation } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { cx } from "@parley/ui/cx";
import { IconButton } from "@parley/ui/IconButton";
import { ChevronLeft, Clock, CircleCheck, PanelRight, RotateCcw, UserRound } from "lucide-react";
import { useState } from "react";

import { keysOf } from "@/lib/commands/table";
import { useCommands } from "@/lib/commands/useCommands";
import { useAgents, useMay, useSelf } from "@/lib/directory";
import { formatUpcoming } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";
import { nameCustomer, shortName } from "@/lib/names";

import { AgentPicker } from "../acts/pickers";
import { SnoozeMenu } from "../acts/SnoozeMenu";
import { useActs } from "../acts/useActs";
import { selection } from "../list/order";
import { TimeLeft } from "../promises/TimeLeft";
import styles from "./Head.module.css";
import { Looking } from "./Looking";
import { MoreMenu } from "./MoreMenu";

type HeadProps = { conversation: Conversation; onBack: () => void; onDone: () => void; onPanel: () => void; panelOpen: boolean };

function StatusChip({ conversation }: { conversation: Conversation }) {
  const t = useT();
  const { status, snoozed_until: until } = conversation;
  if (status === "open") return null;
  if (status === "snoozed") return <Chip size="s" icon={<Clock />}>{until === null ? t("status.until_reply") : t("status.snoozed_until", { until: formatUpcoming(until) })}</Chip>;
  return (
    <Chip size="s" tone={status === "closed" ? "green" : "plain"}>
      {t(`status.${status}`)}
    </Chip>
  );
}

/** Who and what it is about, and what is done with it most. */
export function Head({ conversation, onBack, onDone, onPanel, panelOpen }: HeadProps) {
  const t = useT();
  const { agent } = useSelf();
  const { byId } = useAgents();
  const { change } = useActs();
  const mayWrite = useMay("conversations:write");
  const choosing = useStore(selection).ids.size > 0;
  const [assigning, setAssigning] = useState(false);
  const [snoozing, setSnoozing] = useState(false);
  const { number, customer, subject } = conversation;
  const assignee = conversation.assignee_id === null ? undefined : byId.get(conversation.assignee_id);
  const done = conversation.status === "closed" || conversation.status === "spam";

  const close = () => {
    onDone();
    void change(conversation, { status: "closed" }, { key: "act.closed", values: { number } });
  };
  const reopen = () => void change(conversation, { status: "open" }, { key: "act.reopened", values: { number } });
  const snooze = (until: Date | "reply") => {
    onDone();
    if (until === "reply") void change(conversation, { snooze_until_reply: true }, { key: "act.snoozed_reply", values: { number } });
    else void change(conversation, { snoozed_until: until.toISOString() }, { key: "act.snoozed", values: { number, until: formatUpcoming(until.toISOString()) } });
  };
  const assign = (id: string | null) => {
    const name = id === null ? "" : (byId.get(id)?.name ?? "");
    void change(conversation, { assignee_id: id }, id === null ? { key: "act.unassigned", values: { number } } : { key: "act.assigned", values: { number, name } });
  };
  useCommands({
    "conversation.close": choosing ? undefined : done ? reopen : close,
    "conversation.assign": choosing ? undefined : () => setAssigning(true),
    "conversation.assign_me": () => assign(agent.id),
    "conversation.snooze": () => setSnoozing(true),
  });
  return (
    <header className={styles.head} data-print="no">
      <button type="button" className={styles.back} aria-label={t("action.back")} onClick={onBack}>
        <ChevronLeft className="mirrored" />
      </button>
      <div className={styles.words}>
        <h1 className={styles.title} dir="auto">
          {subject || nameCustomer(customer)}
        </h1>
        <p className={styles.line}>
          <span className={styles.number}>#{number}</span>
          {subject && (
            <span className={styles.customer} dir="auto">
              {nameCustomer(customer)}
            </span>
          )}
          <StatusChip conversation={conversation} />
          <TimeLeft row={conversation} />
          <Looking conversation={conversation} />
        </p>
      </div>
      {mayWrite && (
        <>
          <AgentPicker
            chosen={conversation.assignee_id === null ? [] : [conversation.assignee_id]}
            open={assigning}
            onOpenChange={setAssigning}
            onChoose={assign}
            align="end"
            trigger={
              <Button size="s" tone="quiet" className={cx(styles.assignee, styles.roomy)} icon={assignee ? <Avatar name={assignee.name} colour={assignee.avatar_colour} seed={assignee.id} size="s" /> : <UserRound />} title={t("cmd.assign")}>
                {assignee ? (assignee.id === agent.id ? t("assignee.me") : shortName(assignee.name)) : t("cmd.assign")}
              </Button>
            }
          />
          <SnoozeMenu
            row={conversation}
            open={snoozing}
            onOpenChange={setSnoozing}
            onSnooze={snooze}
            onWake={reopen}
            trigger={<IconButton size="s" className={styles.roomy} label={t("cmd.snooze")} keys={keysOf("conversation.snooze")} icon={<Clock />} />}
          />
          {done ? (
            <Button size="s" icon={<RotateCcw />} className={styles.done} onClick={reopen}>
              {t("cmd.reopen")}
            </Button>
          ) : (
            <Button size="s" icon={<CircleCheck />} className={styles.done} onClick={close} title={t("cmd.close")}>
              {t("action.close")}
            </Button>
          )}
        </>
      )}
      <MoreMenu conversation={conversation} onDone={onDone} />
      <IconButton size="s" className={styles.roomy} label={t("cmd.panel")} keys={keysOf("conversation.panel")} icon={<PanelRight className="mirrored" />} active={panelOpen} onClick={onPanel} />
    </header>
  );
}
