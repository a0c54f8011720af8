import type { Order, OrderLine } from "@parley/client/types";
import { IconButton } from "@parley/ui/IconButton";
import { CheckField, SelectField, TextArea } from "@parley/ui/Field";
import { X } from "lucide-react";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";

import { formatMoney } from "../money";
import { Thumb } from "../Thumb";
import { ActSheet } from "./ActSheet";
import type { WishOf } from "./calls";
import { LineRow, nameLine } from "./LineRow";
import { ProductPicker, type Chosen } from "./ProductPicker";
import { Stepper } from "./Stepper";
import { nameVariant, useProductOf } from "./useProducts";
import styles from "./acts.module.css";

const MOST = 99;

export type LineChange = { quantity: number; swap: string };
type Added = Chosen & { quantity: number };

/** What changed lines and added products come to as a wish; a swapped line goes, and its other variant comes in the same number. */
export function buildEdit(lines: readonly OrderLine[], changes: Readonly<Record<string, LineChange>>, added: readonly { variant: { ref: string }; quantity: number }[]): Pick<WishOf<"edit">, "quantities" | "add"> {
  const quantities: { line: string; quantity: number }[] = [];
  const add: { variant: string; quantity: number }[] = [];
  for (const line of lines) {
    const change = changes[line.ref];
    if (!change) continue;
    const swapped = change.swap !== "" && change.swap !== line.variant_ref;
    if (swapped && change.quantity > line.fulfilled) add.push({ variant: change.swap, quantity: change.quantity - line.fulfilled });
    const quantity = swapped ? line.fulfilled : change.quantity;
    if (quantity !== line.quantity) quantities.push({ line: line.ref, quantity });
  }
  for (const { variant, quantity } of added) if (quantity > 0) add.push({ variant: variant.ref, quantity });
  return { quantities, add };
}

type LineEditProps = { order: Order; line: OrderLine; change: LineChange; onChange: (change: LineChange) => void };

function LineEdit({ order, line, change, onChange }: LineEditProps) {
  const t = useT();
  const product = useProductOf(order.store_id, line);
  const others = product?.variants ?? [];
  const open = line.quantity > line.fulfilled;
  return (
    <LineRow
      line={line}
      currency={order.currency}
      end={<Stepper label={t("acts.pieces_of", { title: nameLine(line) })} value={change.quantity} min={line.fulfilled} max={MOST} onChange={(quantity) => onChange({ ...change, quantity })} />}
    >
      {open && product && others.length > 1 && (
        <SelectField label={t("edit.variant_of", { title: line.title })} hideLabel value={change.swap === "" ? (line.variant_ref ?? "") : change.swap} onChange={(event) => onChange({ ...change, swap: event.target.value })}>
          {others.map((variant) => (
            <option key={variant.ref} value={variant.ref} disabled={!variant.available && variant.ref !== line.variant_ref}>
              {variant.ref === line.variant_ref ? t("edit.as_ordered", { title: variant.title }) : nameVariant(variant, product.currency)}
            </option>
          ))}
        </SelectField>
      )}
    </LineRow>
  );
}

/** Lines and sizes: another number, another variant, something more. */
export function EditForm({ order, onClose }: { order: Order; onClose: () => void }) {
  const t = useT();
  const [changes, setChanges] = useState<Readonly<Record<string, LineChange>>>({});
  const [added, setAdded] = useState<readonly Added[]>([]);
  const [notify, setNotify] = useState(true);
  const [note, setNote] = useState("");
  const { quantities = [], add = [] } = buildEdit(order.lines, changes, added);
  const wish: WishOf<"edit"> = { act: "edit", quantities, add, notify, note: note.trim() };
  const choose = (chosen: Chosen) => setAdded((old) => (old.some((one) => one.variant.ref === chosen.variant.ref) ? old : [...old, { ...chosen, quantity: 1 }]));
  const setQuantity = (ref: string, quantity: number) => setAdded((old) => old.map((one) => (one.variant.ref === ref ? { ...one, quantity } : one)));
  return (
    <ActSheet title={t("acts.title_edit", { number: order.number })} target={order.id} wish={quantities.length + add.length > 0 ? wish : null} onClose={onClose}>
      <ul className={styles.lines}>
        {order.lines
          .filter((line) => line.quantity > 0)
          .map((line) => (
            <LineEdit key={line.ref} order={order} line={line} change={changes[line.ref] ?? { quantity: line.quantity, swap: "" }} onChange={(change) => setChanges((old) => ({ ...old, [line.ref]: change }))} />
          ))}
        {added.map(({ product, variant, quantity }) => (
          <li key={variant.ref} className={styles.line}>
            <Thumb url={variant.image_url || product.image_url} />
            <span className={styles.words}>
              <bdi>{[product.title, variant.title].join(", ")}</bdi>
              <span className={styles.meta}>{t("edit.added", { amount: formatMoney(variant.price, product.currency) })}</span>
            </span>
            <span className="cluster">
              <Stepper label={t("acts.pieces_of", { title: product.title })} value={quantity} min={1} max={MOST} onChange={(n) => setQuantity(variant.ref, n)} />
              <IconButton size="s" label={t("edit.leave_out", { title: product.title })} icon={<X />} onClick={() => setAdded((old) => old.filter((one) => one.variant.ref !== variant.ref))} />
            </span>
          </li>
        ))}
      </ul>
      <ProductPicker storeId={order.store_id} label={t("edit.add")} onChoose={choose} />
      <TextArea label={t("acts.note")} rows={2} dir="auto" maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
      <CheckField label={t("acts.notify")} checked={notify} onChange={(event) => setNotify(event.target.checked)} />
    </ActSheet>
  );
}
