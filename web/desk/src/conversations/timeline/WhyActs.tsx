import type { Decision, DecisionAct, Id, Undone } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, CircleAlert, Clock, Undo2 } from "lucide-react";

import { sayDeed } from "@/lib/acts/sayDeed";
import { sayField } from "@/lib/acts/sayTest";
import { useSources } from "@/lib/acts/useSources";
import { useAgents, useMay } from "@/lib/directory";
import { formatAgo, formatDateTime } from "@/lib/format/time";
import { tName, tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { undoDecision } from "../api";
import styles from "./Why.module.css";

const SIGNS = { done: Check, failed: CircleAlert, pending: Clock, undone: Undo2 };

function Act({ act, elsewhere }: { act: DecisionAct; elsewhere: boolean }) {
  const t = useT();
  const sources = useSources();
  const Sign = SIGNS[act.state];
  return (
    <li data-state={act.state}>
      <Sign aria-label={t(`why_state.${act.state}`)} />
      <span>
        {sayDeed(act.name, act.args, sources)}
        {act.state !== "done" && <small> {t(`why_state.${act.state}`)}</small>}
        {elsewhere && <small> {t("why.elsewhere")}</small>}
        {act.detail !== null && <small className={styles.failed}>{act.detail}</small>}
      </span>
    </li>
  );
}

/** What was taken back, what stays and why: said once, where it was asked for. */
function Answer({ undone }: { undone: Undone }) {
  const t = useT();
  const { byId } = useAgents();
  const sources = useSources();
  const nameOf = (kind: string, id: string | null) => (id === null ? undefined : byId.get(id)?.name) ?? tName("actor", kind);
  const acts = undone.decision.acts;
  return (
    <Notice tone={undone.left.length + undone.kept.length > 0 ? "amber" : "green"} title={t(undone.undone.length > 0 ? "why.was_undone" : "why.nothing_undone")}>
      {undone.left.map((one) => {
        const act = acts.find((other) => other.position === one.position);
        return <p key={one.position}>{t("why.left", { act: act ? sayDeed(act.name, act.args, sources) : tName("deed", one.act), why: tOr("why_left", one.code, one.detail) })}</p>;
      })}
      {undone.kept.map((one) => (
        <p key={one.name}>{t("why.kept", { name: sayField(`conversation.${one.name}`), who: nameOf(one.actor_kind, one.actor_id), ago: formatAgo(one.at) })}</p>
      ))}
    </Notice>
  );
}

/** What a decision did, what became of each act, and taking it back. */
export function WhyActs({ decision, conversationId }: { decision: Decision; conversationId: Id | null }) {
  const t = useT();
  const client = useQueryClient();
  const mayWrite = useMay("conversations:write");
  const undo = useMutation({
    mutationFn: () => undoDecision(decision.id),
    onSuccess: ({ decision: after }) => {
      client.setQueryData(["decision", decision.id], after);
      if (conversationId !== null) void client.invalidateQueries({ queryKey: keys.conversation(conversationId) });
    },
  });
  if (decision.acts.length === 0) return null;
  const away = (act: DecisionAct) => conversationId !== null && typeof act.args.conversation_id === "string" && act.args.conversation_id !== conversationId;
  const lasting = decision.acts.some((one) => one.state === "done" && (one.why_not === "sent" || one.why_not === "lasting"));
  return (
    <section className={styles.acts} aria-label={t("why.acts")}>
      <h3>{t("why.acts")}</h3>
      <ul className={styles.list}>
        {decision.acts.map((one) => (
          <Act key={one.position} act={one} elsewhere={away(one)} />
        ))}
      </ul>
      {undo.data && <Answer undone={undo.data} />}
      {undo.error !== null && <Notice tone="red">{explain(undo.error)}</Notice>}
      {decision.undone_at !== null && !undo.data && <p className={styles.faint}>{t("why.undone_at", { at: formatDateTime(decision.undone_at) })}</p>}
      {mayWrite && decision.can_undo && decision.undone_at === null && (
        <div className={styles.undo}>
          <Button size="s" icon={<Undo2 />} busy={undo.isPending} onClick={() => undo.mutate()}>
            {t("why.undo")}
          </Button>
          {lasting && <span className={styles.faint}>{t("why.some_stay")}</span>}
        </div>
      )}
    </section>
  );
}
