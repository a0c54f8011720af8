import type { ActLimit } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { cx } from "@parley/ui/cx";
import { Notice } from "@parley/ui/Notice";
import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";

import { T, useT } from "@/lib/i18n/useT";
import { explainRest } from "@/lib/problem";

import { Choice } from "../policies/inline";
import inline from "../policies/Policies.module.css";
import { resetLimit, saveLimit } from "./api";
import { hasAmounts, nameDeed, readAmount, readTyped, toTyped, type AmountName, type Typed } from "./limits";
import styles from "./Limits.module.css";

type FormProps = { limit: ActLimit; onDone: () => Promise<unknown>; onClose: () => void };

/** A limit as a sentence with its amounts to be filled in; an empty one is no limit. */
export function LimitForm({ limit, onDone, onClose }: FormProps) {
  const t = useT();
  const [typed, setTyped] = useState<Typed>(() => toTyped(limit));
  const finish = { onSuccess: () => void onDone().then(onClose) };
  const save = useMutation({ mutationFn: saveLimit, ...finish });
  const reset = useMutation({ mutationFn: () => resetLimit(limit), ...finish });
  const wish = readTyped(limit, typed);
  const { role, currency } = limit;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (wish !== null) save.mutate(wish);
  };
  const amount = (name: AmountName) => (
    <span className={inline.amount}>
      <input
        className={inline.count}
        inputMode="decimal"
        dir="ltr"
        autoComplete="off"
        aria-label={t(`limits.${name}`)}
        aria-invalid={readAmount(typed[name], currency) === undefined || undefined}
        placeholder={t("limits.none")}
        value={typed[name]}
        onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
      />
      {currency}
    </span>
  );
  const start = {
    who: t(`limits.who.${role}`),
    may: <Choice label={t("limits.allowed")} value={typed.allowed ? "yes" : "no"} options={[["yes", t("limits.yes")], ["no", t("limits.no")]]} onChange={(value) => setTyped({ ...typed, allowed: value === "yes" })} />,
    act: nameDeed(limit),
  };
  const rest = explainRest(save.error ?? reset.error, []);
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p className={cx(inline.sentence, styles.sentence)}>
        {!typed.allowed || !hasAmounts(limit) ? (
          <T k="limits.edit_plain" {...start} />
        ) : role === "customer" ? (
          <T k="limits.edit_customer" {...start} largest={amount("largest")} alone={amount("alone")} />
        ) : (
          <T k="limits.edit" {...start} largest={amount("largest")} alone={amount("alone")} daily={amount("daily")} />
        )}
      </p>
      {wish === null && <Notice tone="amber">{t("limits.no_amount")}</Notice>}
      {rest !== null && <Notice tone="red">{rest}</Notice>}
      <div className="cluster">
        <Button tone="primary" size="s" type="submit" busy={save.isPending} disabled={wish === null}>
          {t("action.save")}
        </Button>
        <Button size="s" onClick={onClose}>
          {t("action.cancel")}
        </Button>
        {limit.given && (
          <Button tone="quiet" size="s" busy={reset.isPending} onClick={() => reset.mutate()}>
            {t("limits.reset")}
          </Button>
        )}
      </div>
    </form>
  );
}
