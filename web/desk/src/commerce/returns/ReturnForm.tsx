import type { Id, Order, ReturnDecision, ReturnWish, StoreReturn } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { CheckField, TextArea } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useId, useState, type SubmitEvent } from "react";

import { useMay } from "@/lib/directory";
import { formatLocale } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";

import acts from "../acts/acts.module.css";
import { explainAct } from "../acts/errors";
import { openReturn, previewReturn } from "../api";
import { getBuiltIn } from "../policies/api";
import { DecisionView } from "./DecisionView";
import { ReturnLine } from "./ReturnLine";
import { buildReturn, countLeft, foresee, isPolicyOnly, NOTHING, type Choice } from "./wish";

/** A name in the reader's language, else in the policy's first. */
export function pickName(names: Readonly<Record<string, string>>, languages: readonly string[], fallback: string): string {
  const locale = formatLocale();
  return [locale, locale.split("-")[0] ?? "", ...languages].map((one) => names[one]).find(Boolean) ?? fallback;
}

type Step = { wish: ReturnWish; decision: ReturnDecision; key: string };

/** From what is wanted to what it would come to, and from there to the return. A return that is asked for again is the same one. */
function useReturn(order: Order) {
  const client = useQueryClient();
  const [step, setStep] = useState<Step | null>(null);
  const preview = useMutation({ mutationFn: previewReturn, onSuccess: (decision, wish) => setStep({ wish, decision, key: crypto.randomUUID() }) });
  const open = useMutation({
    mutationFn: ({ wish, key }: Step) => openReturn(wish, key),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["returns"] });
      if (order.customer_id !== null) void client.invalidateQueries({ queryKey: keys.shopping(order.customer_id) });
    },
  });
  const back = () => {
    setStep(null);
    open.reset();
  };
  return { step, setStep, preview, open, back };
}

function Opened({ made }: { made: StoreReturn }) {
  const t = useT();
  return (
    <Notice tone={made.state === "requested" ? "amber" : "green"} title={t("returns.opened", { number: made.number })}>
      <p>{t(made.state === "requested" ? "returns.opened_waits" : "returns.opened_goes_on")}</p>
      <Link to="/returns" search={{ id: made.id }}>
        {t("returns.look")}
      </Link>
    </Notice>
  );
}

type FormProps = { order: Order; conversationId: Id | null; onClose: () => void };

/** A return that somebody starts for a customer: lines, reasons, what for; what it would come to; and the return. */
export function ReturnForm({ order, conversationId, onClose }: FormProps) {
  const t = useT();
  const form = useId();
  const mayApprove = useMay("orders:approve");
  const policy = useQuery({ queryKey: keys.settings("policies", "in force", order.store_id), queryFn: () => getBuiltIn(order.store_id) });
  const { step, setStep, preview, open, back } = useReturn(order);
  const [choices, setChoices] = useState<Readonly<Record<string, Choice>>>({});
  const [note, setNote] = useState("");
  const wish = buildReturn(order, choices, { note, conversationId, despite: false });
  const terms = policy.data?.terms;
  const first: Choice = { ...NOTHING, resolution: terms?.returns.resolutions[0] ?? "refund" };
  const foreseen = step && foresee(step.decision, { approve: mayApprove, despite: step.wish.despite === true });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (wish !== null && !preview.isPending) preview.mutate(wish);
  };
  const footer = open.data ? (
    <Button tone="primary" onClick={onClose}>
      {t("action.close")}
    </Button>
  ) : step ? (
    <>
      <Button icon={<ChevronLeft className="mirrored" />} onClick={back}>
        {t("acts.change")}
      </Button>
      <Button tone="primary" busy={open.isPending} disabled={foreseen === "refused"} onClick={() => open.mutate(step)}>
        {t(foreseen === "waits" ? "act.commit.ask" : "returns.open")}
      </Button>
    </>
  ) : (
    <>
      <Button onClick={onClose}>{t("action.cancel")}</Button>
      <Button tone="primary" type="submit" form={form} busy={preview.isPending} disabled={wish === null}>
        {t("acts.preview")}
      </Button>
    </>
  );
  return (
    <Dialog open onClose={onClose} sheet size="l" title={t("returns.start", { number: order.number })} closeLabel={t("action.close_dialog")} footer={footer}>
      {open.data ? (
        <Opened made={open.data} />
      ) : step && foreseen ? (
        <div className="stack">
          {open.error && <Notice tone="red">{explainAct(open.error)}</Notice>}
          <DecisionView decision={step.decision} foreseen={foreseen} />
          {mayApprove && isPolicyOnly(step.decision) && (
            <CheckField label={t("returns.despite")} checked={step.wish.despite === true} onChange={(event) => setStep({ ...step, wish: { ...step.wish, despite: event.target.checked } })} />
          )}
        </div>
      ) : (
        <form id={form} className="stack" onSubmit={submit} noValidate>
          {preview.error && <Notice tone="red">{explainAct(preview.error)}</Notice>}
          <Loading query={policy}>
            {terms && (
              <ul className={acts.lines}>
                {order.lines
                  .filter((line) => countLeft(line) > 0)
                  .map((line) => (
                    <ReturnLine
                      key={line.ref}
                      order={order}
                      line={line}
                      rules={terms.returns}
                      nameReason={(code) => pickName(terms.returns.reasons.find((one) => one.code === code)?.name ?? {}, terms.languages, code)}
                      choice={choices[line.ref] ?? first}
                      onChange={(change) => setChoices((old) => ({ ...old, [line.ref]: change(old[line.ref] ?? first) }))}
                    />
                  ))}
              </ul>
            )}
          </Loading>
          <TextArea label={t("returns.note")} rows={2} dir="auto" maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
        </form>
      )}
    </Dialog>
  );
}
