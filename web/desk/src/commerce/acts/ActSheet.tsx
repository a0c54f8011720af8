import type { Id } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { Notice } from "@parley/ui/Notice";
import { ChevronLeft } from "lucide-react";
import { useEffect, useId, useRef, type ReactNode, type SubmitEvent } from "react";

import { useT } from "@/lib/i18n/useT";
import { Problem } from "@/lib/problem";

import type { Wish } from "./calls";
import { explainAct } from "./errors";
import { Outcome } from "./Outcome";
import { PlanView } from "./PlanView";
import { nameCommit } from "./sentences";
import { useAct } from "./useAct";
import styles from "./acts.module.css";

export type ActSheetProps = {
  title: string;
  /** Which order, store or subscription. */
  target: Id;
  /** What the form asks for; null while it says too little. */
  wish: Wish | null;
  danger?: boolean;
  onClose: () => void;
  /** The form. */
  children?: ReactNode;
};

/** Keeps the eye and the reading voice where something new is said. */
function Step({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} tabIndex={-1} className={styles.step}>
      {children}
    </div>
  );
}

/** An act at a store beside what it is about: the form, what it would do, and what became of it. */
export function ActSheet({ title, target, wish, danger = false, onClose, children }: ActSheetProps) {
  const t = useT();
  const form = useId();
  const { plan, act, planning, committing, makePlan, commit, back } = useAct(target);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (wish !== null && !planning.isPending) makePlan(wish);
  };
  const outdated = committing.error instanceof Problem && ["plan_outdated", "plan_expired"].includes(committing.error.code);
  const again = () => wish !== null && makePlan(wish);
  const footer = act ? (
    <Button tone="primary" onClick={onClose}>
      {t("action.close")}
    </Button>
  ) : plan ? (
    <>
      <Button icon={<ChevronLeft className="mirrored" />} onClick={back}>
        {t("acts.change")}
      </Button>
      {outdated ? (
        <Button tone="primary" busy={planning.isPending} onClick={again}>
          {t("acts.preview_again")}
        </Button>
      ) : (
        <Button tone={danger ? "danger" : "primary"} busy={committing.isPending} disabled={!plan.possible} onClick={commit}>
          {nameCommit(plan)}
        </Button>
      )}
    </>
  ) : (
    <>
      <Button onClick={onClose}>{t("action.cancel")}</Button>
      <Button tone="primary" type="submit" form={form} busy={planning.isPending} disabled={wish === null}>
        {t("acts.preview")}
      </Button>
    </>
  );
  return (
    <Dialog open onClose={onClose} sheet size="l" title={title} closeLabel={t("action.close_dialog")} footer={footer}>
      {act ? (
        <Step key="act">
          <Outcome act={act} />
        </Step>
      ) : plan ? (
        <Step key={plan.id}>
          {committing.error && <Notice tone="red">{explainAct(committing.error)}</Notice>}
          <PlanView plan={plan} />
        </Step>
      ) : (
        <form id={form} className="stack" onSubmit={submit} noValidate>
          {planning.error && <Notice tone="red">{explainAct(planning.error)}</Notice>}
          {children}
        </form>
      )}
    </Dialog>
  );
}
