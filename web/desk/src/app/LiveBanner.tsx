import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";

import { useT } from "@/lib/i18n/useT";
import type { LiveSocket } from "@/lib/live/socket";
import { useStore } from "@/lib/store";

import styles from "./LiveBanner.module.css";

const PATIENCE = 2500;

/** Says that the page may be behind, once that has lasted a moment; it goes by itself. */
export function LiveBanner({ socket, waiting }: { socket: LiveSocket; waiting: number }) {
  const t = useT();
  const lostAt = useStore(socket.lostAt);
  const [shown, setShown] = useState<number | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setShown(lostAt), lostAt === null ? 0 : PATIENCE);
    return () => clearTimeout(timer);
  }, [lostAt]);
  if (shown === null || lostAt === null) return null;
  return (
    <div className={styles.banner} role="status">
      <WifiOff />
      <span>
        {t("live.lost")} {waiting > 0 && t("live.waiting", { n: waiting })}
      </span>
    </div>
  );
}
