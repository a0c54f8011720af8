import { RefreshCw } from "lucide-react";

import { formatAgo, formatFull } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { useNow } from "@/lib/useNow";

import styles from "./panel.module.css";

/** How old what is shown is, and that it is being read anew. */
export function Freshness({ items }: { items: readonly { read_at: string; stale: boolean }[] }) {
  const t = useT();
  const now = useNow();
  const oldest = items.reduce<string | null>((found, one) => (found === null || one.read_at < found ? one.read_at : found), null);
  if (oldest === null) return null;
  const stale = items.some((one) => one.stale);
  return (
    <p className={styles.fresh} title={formatFull(oldest)}>
      {t("order.as_of", { ago: formatAgo(oldest, Math.max(now, Date.parse(oldest))) })}
      {stale && (
        <>
          {" · "}
          <RefreshCw />
          {t("order.refreshing")}
        </>
      )}
    </p>
  );
}
