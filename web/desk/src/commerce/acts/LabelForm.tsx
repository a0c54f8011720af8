import type { StoreReturn } from "@parley/client/types";
import { useQueryClient } from "@tanstack/react-query";

import { tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import { formatMoney } from "../money";
import { ActSheet } from "./ActSheet";
import styles from "./acts.module.css";

const WISH = { act: "label" } as const;

/** A label for the way back of a return: what it is for, and that its price is the carrier's. */
export function LabelForm({ found, onClose }: { found: StoreReturn; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const close = () => {
    void client.invalidateQueries({ queryKey: ["returns"] });
    onClose();
  };
  return (
    <ActSheet title={t("acts.title_label", { number: found.number })} target={found.id} wish={WISH} onClose={close}>
      <ul className={styles.sentences}>
        {found.lines.map((line) => (
          <li key={line.line}>
            {line.quantity} × <bdi>{line.title}</bdi>, {tOr("return_reason", line.reason, line.reason)}
          </li>
        ))}
      </ul>
      <p>{found.fee > 0 ? t("label.fee", { amount: formatMoney(found.fee, found.currency) }) : t("label.no_fee")}</p>
    </ActSheet>
  );
}
