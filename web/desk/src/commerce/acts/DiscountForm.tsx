import type { Store } from "@parley/client/types";
import { CheckField, TextField } from "@parley/ui/Field";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";

import { ActSheet } from "./ActSheet";
import type { WishOf } from "./calls";
import { MoneyField } from "./MoneyField";
import styles from "./acts.module.css";

const KINDS = ["percent", "amount", "shipping"] as const;
type Kind = (typeof KINDS)[number];

// Nothing that can be taken for something else when it is read out: no 0 and O, no 1 and I.
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

function makeCode(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((n) => LETTERS.charAt(n % LETTERS.length)).join("");
}

/** A code for one customer: so much off, or free shipping. */
export function DiscountForm({ store, onClose }: { store: Pick<Store, "id" | "currency">; onClose: () => void }) {
  const t = useT();
  const [code, setCode] = useState(makeCode);
  const [kind, setKind] = useState<Kind>("percent");
  const [off, setOff] = useState("10");
  const [amount, setAmount] = useState<number | null>(0);
  const [until, setUntil] = useState("");
  const [once, setOnce] = useState(true);
  const percent = Number(off);
  const fine = kind === "shipping" || (kind === "amount" ? amount !== null && amount > 0 : Number.isInteger(percent) && percent > 0 && percent <= 100);
  const wish: WishOf<"discount"> = {
    act: "discount",
    code: code.trim(),
    percent: kind === "percent" && fine ? percent : 0,
    amount: kind === "amount" ? (amount ?? 0) : 0,
    free_shipping: kind === "shipping",
    // The whole of its last day, by the reader's clock.
    ...(until !== "" && { ends_at: new Date(`${until}T23:59:59`).toISOString() }),
    uses: once ? 1 : null,
  };
  return (
    <ActSheet title={t("acts.title_discount")} target={store.id} wish={fine && code.trim() !== "" ? wish : null} onClose={onClose}>
      <TextField label={t("discount.code")} dir="ltr" maxLength={60} spellCheck={false} autoComplete="off" value={code} onChange={(event) => setCode(event.target.value.toUpperCase())} />
      <fieldset className={styles.group}>
        <legend className={styles.legend}>{t("discount.kind")}</legend>
        {KINDS.map((one) => (
          <CheckField key={one} as="radio" name="kind" label={t(`discount_kind.${one}`)} checked={kind === one} onChange={() => setKind(one)} />
        ))}
      </fieldset>
      {kind === "percent" && <TextField label={t("discount.percent")} inputMode="numeric" dir="ltr" end="%" error={fine ? undefined : t("discount.percent_wrong")} value={off} onChange={(event) => setOff(event.target.value)} />}
      {kind === "amount" && <MoneyField label={t("refund.amount")} currency={store.currency} value={amount} onChange={setAmount} />}
      <TextField type="date" label={t("discount.until")} hint={t("discount.until_hint")} value={until} onChange={(event) => setUntil(event.target.value)} />
      <CheckField label={t("discount.once")} checked={once} onChange={(event) => setOnce(event.target.checked)} />
    </ActSheet>
  );
}
