import type { Order } from "@parley/client/types";
import { CheckField, TextArea } from "@parley/ui/Field";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";

import { ActSheet } from "./ActSheet";
import type { WishOf } from "./calls";
import { LineRow, nameLine } from "./LineRow";
import { Stepper } from "./Stepper";
import styles from "./acts.module.css";

/** The same once more: as a replacement for nothing, or to be paid. */
export function DuplicateForm({ order, onClose }: { order: Order; onClose: () => void }) {
  const t = useT();
  const lines = order.lines.filter((line) => line.variant_ref !== null);
  const [pieces, setPieces] = useState<Readonly<Record<string, number>>>(() => Object.fromEntries(lines.map((line) => [line.ref, line.ordered])));
  const [free, setFree] = useState(true);
  const [note, setNote] = useState("");
  const chosen = lines.filter((line) => (pieces[line.ref] ?? 0) > 0);
  const wish: WishOf<"duplicate"> = {
    act: "duplicate",
    free,
    lines: chosen.map((line) => ({ variant: line.variant_ref ?? "", quantity: pieces[line.ref] ?? 0 })),
    address: order.address,
    email: order.email,
    note: note.trim(),
  };
  return (
    <ActSheet title={t("acts.title_duplicate", { number: order.number })} target={order.id} wish={chosen.length > 0 ? wish : null} onClose={onClose}>
      <ul className={styles.lines}>
        {lines.map((line) => (
          <LineRow
            key={line.ref}
            line={line}
            currency={order.currency}
            end={<Stepper label={t("acts.pieces_of", { title: nameLine(line) })} value={pieces[line.ref] ?? 0} max={line.ordered} onChange={(n) => setPieces((old) => ({ ...old, [line.ref]: n }))} />}
          />
        ))}
      </ul>
      <fieldset className={styles.group}>
        <legend className={styles.legend}>{t("duplicate.who_pays")}</legend>
        <CheckField as="radio" name="pays" label={t("duplicate.free")} hint={t("duplicate.free_hint")} checked={free} onChange={() => setFree(true)} />
        <CheckField as="radio" name="pays" label={t("duplicate.to_pay")} hint={t("duplicate.to_pay_hint")} checked={!free} onChange={() => setFree(false)} />
      </fieldset>
      <TextArea label={t("acts.note")} rows={2} dir="auto" maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
    </ActSheet>
  );
}
