import type { Identity } from "@parley/client/types";
import { BadgeCheck, CircleDashed } from "lucide-react";

import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import styles from "./CustomerPanel.module.css";

/** Each address or account of a customer, whether it is proven, and by what. */
export function Identities({ items }: { items: readonly Identity[] }) {
  const t = useT();
  return (
    <ul className={styles.identities}>
      {items.map((one) => (
        <li key={one.id} className={styles.identity} data-verified={one.verified}>
          {one.verified ? <BadgeCheck /> : <CircleDashed />}
          <span className={styles.value} title={tName("identity", one.kind)}>
            {one.value ?? t("identity.erased")}
          </span>
          <span className={styles.reason}>
            {t(one.verified ? "identity.verified" : "identity.claimed", { kind: tName("identity", one.kind), reason: tName("reason", one.reason) })}
          </span>
        </li>
      ))}
    </ul>
  );
}
