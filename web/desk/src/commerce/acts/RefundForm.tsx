import type { Order } from "@parley/client/types";
import { CheckField, SelectField, TextArea } from "@parley/ui/Field";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";

import { formatMoney } from "../money";
import { ActSheet } from "./ActSheet";
import type { WishOf } from "./calls";
import { LineRow, nameLine } from "./LineRow";
import { MoneyField } from "./MoneyField";
import { Stepper } from "./Stepper";
import styles from "./acts.module.css";

const REASONS = ["returned", "damaged", "wrong_item", "late", "missing", "goodwill", "other"] as const;

type FormProps = { order: Order; onClose: () => void };

/** Money back: for pieces, for the shipping, or an amount of one's own. */
export function RefundForm({ order, onClose }: FormProps) {
  const t = useT();
  const { currency } = order;
  const shippingLeft = Math.max(0, order.shipping - order.refunds.filter((one) => one.status !== "failed").reduce((sum, one) => sum + one.shipping, 0));
  const left = order.refundable;
  const [pieces, setPieces] = useState<Readonly<Record<string, number>>>({});
  const [shipping, setShipping] = useState<number | null>(0);
  const [own, setOwn] = useState(false);
  const [amount, setAmount] = useState<number | null>(0);
  const [reason, setReason] = useState<string>("");
  const [note, setNote] = useState("");
  const [credit, setCredit] = useState(false);
  const [restock, setRestock] = useState(false);
  const [notify, setNotify] = useState(true);
  const chosen = Object.entries(pieces).filter(([, quantity]) => quantity > 0);
  const ready = own ? amount !== null && amount > 0 && amount <= left : shipping !== null && shipping <= shippingLeft && (chosen.length > 0 || shipping > 0);
  const wish: WishOf<"refund"> = {
    act: "refund",
    pieces: chosen.map(([line, quantity]) => ({ line, quantity })),
    shipping: own ? 0 : (shipping ?? 0),
    ...(own && { amount: amount ?? 0 }),
    destination: credit ? "store_credit" : "original",
    restock: restock && chosen.length > 0,
    reason,
    note: note.trim(),
    notify,
  };
  const open = order.lines.filter((line) => line.ordered > line.refunded);
  return (
    <ActSheet title={t("acts.title_refund", { number: order.number })} target={order.id} wish={ready ? wish : null} onClose={onClose}>
      {open.length > 0 && (
        <fieldset className={styles.group}>
          <legend className={styles.legend}>{t("refund.which")}</legend>
          <ul className={styles.lines}>
            {open.map((line) => (
              <LineRow
                key={line.ref}
                line={line}
                currency={currency}
                end={<Stepper label={t("acts.pieces_of", { title: nameLine(line) })} value={pieces[line.ref] ?? 0} max={line.ordered - line.refunded} onChange={(n) => setPieces((old) => ({ ...old, [line.ref]: n }))} />}
              />
            ))}
          </ul>
        </fieldset>
      )}
      <fieldset className={styles.group}>
        <legend className={styles.legend}>{t("refund.how_much")}</legend>
        <CheckField as="radio" name="how" label={t("refund.worth")} hint={t("refund.worth_hint")} checked={!own} onChange={() => setOwn(false)} />
        <CheckField as="radio" name="how" label={t("refund.own")} checked={own} onChange={() => setOwn(true)} />
        {own ? (
          <MoneyField key="own" label={t("refund.amount")} hint={t("refund.left", { amount: formatMoney(left, currency) })} currency={currency} value={amount} max={left} onChange={setAmount} />
        ) : (
          shippingLeft > 0 && <MoneyField key="shipping" label={t("refund.shipping")} hint={t("refund.shipping_left", { amount: formatMoney(shippingLeft, currency) })} currency={currency} value={shipping} max={shippingLeft} onChange={setShipping} />
        )}
      </fieldset>
      <SelectField label={t("refund.reason")} value={reason} onChange={(event) => setReason(event.target.value)}>
        <option value="">{t("refund.no_reason")}</option>
        {REASONS.map((one) => (
          <option key={one} value={one}>
            {t(`refund_reason.${one}`)}
          </option>
        ))}
      </SelectField>
      <TextArea label={t("refund.note")} hint={t("refund.note_hint")} rows={2} dir="auto" maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
      <fieldset className={styles.group}>
        <legend className={styles.legend}>{t("refund.where")}</legend>
        <CheckField as="radio" name="where" label={t("refund.original")} checked={!credit} onChange={() => setCredit(false)} />
        <CheckField as="radio" name="where" label={t("refund.store_credit")} checked={credit} onChange={() => setCredit(true)} />
      </fieldset>
      <div className={styles.group}>
        <CheckField label={t("acts.restock")} checked={restock} disabled={chosen.length === 0} onChange={(event) => setRestock(event.target.checked)} />
        <CheckField label={t("acts.notify")} checked={notify} onChange={(event) => setNotify(event.target.checked)} />
      </div>
    </ActSheet>
  );
}
