import { Button } from "@parley/ui/Button";
import { Sparkles } from "lucide-react";

import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";
import { update } from "@/lib/update";

import styles from "./LiveBanner.module.css";

/** Offers a newer build; what is being written is kept and is there again after the reload. */
export function UpdateBanner() {
  const t = useT();
  if (!useStore(update)) return null;
  return (
    <div className={styles.banner} data-tone="calm" role="status">
      <Sparkles />
      <span>
        {t("update.ready")} {t("update.kept")}
      </span>
      <Button size="s" onClick={() => location.reload()}>
        {t("update.reload")}
      </Button>
    </div>
  );
}
