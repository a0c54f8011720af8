import type { Subscription } from "@parley/client/types";
import { SelectField, TextArea, TextField } from "@parley/ui/Field";
import { useState } from "react";

import { formatDate } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";

import { ActSheet } from "./ActSheet";
import { ProductPicker, type Chosen } from "./ProductPicker";
import { Stepper } from "./Stepper";
import { readLines } from "./subscriptionLines";
import { nameVariant, useProductOf } from "./useProducts";
import styles from "./acts.module.css";

export type SubscriptionAct = "skip" | "pause" | "resume" | "swap" | "date" | "end";
type FormProps = { subscription: Subscription; onClose: () => void };

function Plain({ subscription, act, onClose }: FormProps & { act: "pause" | "resume" }) {
  const t = useT();
  return (
    <ActSheet title={t(`acts.title_${act}`)} target={subscription.id} wish={{ act }} onClose={onClose}>
      <p>{t(`subscription.${act}_text`)}</p>
    </ActSheet>
  );
}

function Skip({ subscription, onClose }: FormProps) {
  const t = useT();
  const { next_at: at } = subscription;
  return (
    <ActSheet title={t("acts.title_skip")} target={subscription.id} wish={at === null ? null : { act: "skip", at }} onClose={onClose}>
      <p>{at === null ? t("subscription.no_next") : t("subscription.skip_text", { date: formatDate(at) })}</p>
    </ActSheet>
  );
}

/** The day of a moment, by the reader's clock, as its field wants it. */
function toDay(iso: string): string {
  const at = new Date(iso);
  return [at.getFullYear(), String(at.getMonth() + 1).padStart(2, "0"), String(at.getDate()).padStart(2, "0")].join("-");
}

function DateForm({ subscription, onClose }: FormProps) {
  const t = useT();
  const before = subscription.next_at === null ? "" : toDay(subscription.next_at);
  const [day, setDay] = useState(before);
  const ready = day !== "" && day !== before;
  // Noon: the same day wherever the store's clock stands.
  return (
    <ActSheet title={t("acts.title_date")} target={subscription.id} wish={ready ? { act: "date", at: new Date(`${day}T12:00:00`).toISOString() } : null} onClose={onClose}>
      <TextField type="date" label={t("subscription.next")} min={toDay(new Date().toISOString())} value={day} onChange={(event) => setDay(event.target.value)} />
    </ActSheet>
  );
}

function Swap({ subscription, onClose }: FormProps) {
  const t = useT();
  const lines = readLines(subscription);
  const [ref, setRef] = useState(lines[0]?.ref ?? "");
  const line = lines.find((one) => one.ref === ref);
  const [other, setOther] = useState<Chosen | null>(null);
  const [variant, setVariant] = useState("");
  const [quantity, setQuantity] = useState<number | null>(null);
  const product = useProductOf(subscription.store_id, { title: line?.title ?? "", product_ref: null, variant_ref: line?.variant ?? null });
  const wanted = other?.variant.ref ?? (variant === "" ? (line?.variant ?? "") : variant);
  const many = quantity ?? line?.quantity ?? 1;
  const take = (chosen: string) => {
    setOther(null);
    setVariant(chosen);
  };
  const changed = line !== undefined && (wanted !== line.variant || many !== line.quantity);
  return (
    <ActSheet title={t("acts.title_swap")} target={subscription.id} wish={changed ? { act: "swap", line: ref, variant: wanted, quantity: many } : null} onClose={onClose}>
      {lines.length > 1 && (
        <SelectField label={t("subscription.which")} value={ref} onChange={(event) => setRef(event.target.value)}>
          {lines.map((one) => (
            <option key={one.ref} value={one.ref}>
              {one.title}
            </option>
          ))}
        </SelectField>
      )}
      {product && (
        <SelectField label={t("edit.variant_of", { title: line?.title ?? "" })} value={other === null ? wanted : ""} onChange={(event) => take(event.target.value)}>
          {other !== null && <option value="">{t("subscription.another")}</option>}
          {product.variants.map((one) => (
            <option key={one.ref} value={one.ref} disabled={!one.available && one.ref !== line?.variant}>
              {nameVariant(one, product.currency)}
            </option>
          ))}
        </SelectField>
      )}
      <ProductPicker storeId={subscription.store_id} label={t("subscription.other_product")} onChoose={setOther} />
      {other && (
        <p>
          <bdi>{[other.product.title, nameVariant(other.variant, other.product.currency)].join(", ")}</bdi>
        </p>
      )}
      <div className={styles.group}>
        <span className={styles.legend}>{t("subscription.how_many")}</span>
        <Stepper label={t("subscription.how_many")} value={many} min={1} max={99} onChange={setQuantity} />
      </div>
    </ActSheet>
  );
}

function End({ subscription, onClose }: FormProps) {
  const t = useT();
  const [reason, setReason] = useState("");
  return (
    <ActSheet danger title={t("acts.title_end")} target={subscription.id} wish={{ act: "end", reason: reason.trim() }} onClose={onClose}>
      <TextArea label={t("subscription.reason")} rows={2} dir="auto" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
    </ActSheet>
  );
}

/** The form of one act on a subscription. */
export function SubscriptionForm({ act, ...rest }: FormProps & { act: SubscriptionAct }) {
  switch (act) {
    case "skip":
      return <Skip {...rest} />;
    case "swap":
      return <Swap {...rest} />;
    case "date":
      return <DateForm {...rest} />;
    case "end":
      return <End {...rest} />;
    default:
      return <Plain act={act} {...rest} />;
  }
}
