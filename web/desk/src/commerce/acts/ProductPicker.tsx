import type { Id, Product, Variant } from "@parley/client/types";
import { TextField } from "@parley/ui/Field";
import { useEffect, useState } from "react";

import { useT } from "@/lib/i18n/useT";

import { formatMoney } from "../money";
import { Thumb } from "../Thumb";
import { nameStock, useProducts } from "./useProducts";
import styles from "./acts.module.css";

const PAUSE_MS = 200;

export type Chosen = { product: Product; variant: Variant };

type PickerProps = { storeId: Id; label: string; onChoose: (chosen: Chosen) => void };

/** The store's catalogue: words of title, SKU or kind, then the variant, with price and stock. */
export function ProductPicker({ storeId, label, onChoose }: PickerProps) {
  const t = useT();
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data } = useProducts(storeId, q);
  const found = (data?.items ?? []).filter((product) => product.status === "active");
  const choose = (chosen: Chosen) => {
    onChoose(chosen);
    setTyped("");
  };
  return (
    <div className={styles.group}>
      <TextField
        type="search"
        label={label}
        placeholder={t("products.search")}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          // Enter looks; it does not send the form.
          if (event.key === "Enter") event.preventDefault();
        }}
      />
      {typed.trim() !== "" && data && (
        <div className={styles.results} role="group" aria-label={t("products.found")}>
          {found.length === 0 && <p className={styles.none}>{t("products.nothing")}</p>}
          {found.flatMap((product) =>
            product.variants.map((variant) => (
              <button key={variant.id} type="button" className={styles.result} disabled={!variant.available} onClick={() => choose({ product, variant })}>
                <Thumb url={variant.image_url || product.image_url} />
                <span className={styles.words}>
                  <bdi>{product.title}</bdi>
                  <span className={styles.meta}>
                    <bdi>{variant.title}</bdi> · {nameStock(variant)}
                  </span>
                </span>
                <span>{formatMoney(variant.price, product.currency)}</span>
              </button>
            )),
          )}
        </div>
      )}
    </div>
  );
}
