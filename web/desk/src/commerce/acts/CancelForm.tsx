import type { Order } from "@parley/client/types";
import { CheckField, SelectField, TextArea } from "@parley/ui/Field";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";

import { ActSheet } from "./ActSheet";
import type { WishOf } from "./calls";
import styles from "./acts.module.css";

const REASONS = ["customer", "inventory", "fraud", "declined", "staff", "other"] as const;
type Reason = (typeof REASONS)[number];

/** The whole order, off. */
export function CancelForm({ order, onClose }: { order: Order; onClose: () => void }) {
  const t = useT();
  const [reason, setReason] = useState<Reason>("customer");
  const [refund, setRefund] = useState(true);
  const [restock, setRestock] = useState(true);
  const [notify, setNotify] = useState(true);
  const [note, setNote] = useState("");
  const wish: WishOf<"cancel"> = { act: "cancel", reason, refund, restock, notify, note: note.trim() };
  return (
    <ActSheet danger title={t("acts.title_cancel", { number: order.number })} target={order.id} wish={wish} onClose={onClose}>
      <SelectField label={t("cancel.reason")} value={reason} onChange={(event) => setReason(event.target.value as Reason)}>
        {REASONS.map((one) => (
          <option key={one} value={one}>
            {t(`cancel_reason.${one}`)}
          </option>
        ))}
      </SelectField>
      <div className={styles.group}>
        <CheckField label={t("cancel.refund")} checked={refund} onChange={(event) => setRefund(event.target.checked)} />
        <CheckField label={t("acts.restock")} checked={restock} onChange={(event) => setRestock(event.target.checked)} />
        <CheckField label={t("acts.notify")} checked={notify} onChange={(event) => setNotify(event.target.checked)} />
      </div>
      <TextArea label={t("acts.note")} rows={2} dir="auto" maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
    </ActSheet>
  );
}
