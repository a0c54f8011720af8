import type { Id } from "@parley/client/types";
import { IconButton } from "@parley/ui/IconButton";
import { TextArea, TextField } from "@parley/ui/Field";
import { X } from "lucide-react";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";

import { formatMoney } from "../money";
import { Thumb } from "../Thumb";
import { ActSheet } from "./ActSheet";
import type { WishOf } from "./calls";
import { ProductPicker, type Chosen } from "./ProductPicker";
import { Stepper } from "./Stepper";
import styles from "./acts.module.css";

type DraftProps = { storeId: Id; email: string; onClose: () => void };

/** An order made for the customer, who gets a link to pay it. */
export function DraftForm({ storeId, email: known, onClose }: DraftProps) {
  const t = useT();
  const [lines, setLines] = useState<readonly (Chosen & { quantity: number })[]>([]);
  const [email, setEmail] = useState(known);
  const [off, setOff] = useState("");
  const [note, setNote] = useState("");
  const percent = off.trim() === "" ? 0 : Number(off);
  const fine = Number.isInteger(percent) && percent >= 0 && percent <= 100;
  const wish: WishOf<"draft"> = {
    act: "draft",
    lines: lines.map((one) => ({ variant: one.variant.ref, quantity: one.quantity })),
    email: email.trim(),
    percent_off: fine ? percent : 0,
    note: note.trim(),
  };
  const choose = (chosen: Chosen) => setLines((old) => (old.some((one) => one.variant.ref === chosen.variant.ref) ? old : [...old, { ...chosen, quantity: 1 }]));
  return (
    <ActSheet title={t("acts.title_draft")} target={storeId} wish={lines.length > 0 && fine ? wish : null} onClose={onClose}>
      <ProductPicker storeId={storeId} label={t("draft.add")} onChoose={choose} />
      {lines.length > 0 && (
        <ul className={styles.lines}>
          {lines.map(({ product, variant, quantity }) => (
            <li key={variant.ref} className={styles.line}>
              <Thumb url={variant.image_url || product.image_url} />
              <span className={styles.words}>
                <bdi>{[product.title, variant.title].join(", ")}</bdi>
                <span className={styles.meta}>{formatMoney(variant.price, product.currency)}</span>
              </span>
              <span className="cluster">
                <Stepper label={t("acts.pieces_of", { title: product.title })} value={quantity} min={1} max={99} onChange={(n) => setLines((old) => old.map((one) => (one.variant.ref === variant.ref ? { ...one, quantity: n } : one)))} />
                <IconButton size="s" label={t("edit.leave_out", { title: product.title })} icon={<X />} onClick={() => setLines((old) => old.filter((one) => one.variant.ref !== variant.ref))} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <TextField type="email" label={t("draft.email")} autoComplete="off" dir="ltr" value={email} onChange={(event) => setEmail(event.target.value)} />
      <TextField label={t("draft.percent_off")} inputMode="numeric" dir="ltr" end="%" error={fine ? undefined : t("discount.percent_wrong")} value={off} onChange={(event) => setOff(event.target.value)} />
      <TextArea label={t("acts.note")} rows={2} dir="auto" maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
    </ActSheet>
  );
}
