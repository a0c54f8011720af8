import { Button } from "@parley/ui/Button";
import { IconButton } from "@parley/ui/IconButton";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { Sunrise, X } from "lucide-react";

import { useMay, useSelf } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";
import { useNow } from "@/lib/useNow";

import { useShiftBrief } from "./api";
import styles from "./Brief.module.css";
import { isDue, noteOffered, offeredOn } from "./morning";

/** Offers the brief to who comes to the desk in the morning: once a day, and only when something waits. */
export function BriefBanner() {
  const t = useT();
  const navigate = useNavigate();
  const now = useNow();
  const { agent } = useSelf();
  const mayRead = useMay("conversations:read");
  const there = useLocation({ select: (place) => place.pathname.startsWith("/brief") });
  const due = isDue(useStore(offeredOn), agent.id, now) && mayRead && !there;
  const summary = useShiftBrief(due).data?.summary;
  if (!due || !summary || summary.total === 0) return null;
  const { total, overdue, furious } = summary;
  const pressing = [...(overdue > 0 ? [t("brief.overdue_n", { n: overdue })] : []), ...(furious > 0 ? [t("brief.furious_n", { n: furious })] : [])];
  return (
    <div className={styles.banner} role="status">
      <Sunrise aria-hidden="true" />
      <span>{[t("brief.told", { n: total }), ...pressing].join(" · ")}</span>
      <Button size="s" onClick={() => void navigate({ to: "/brief" })}>
        {t("brief.read")}
      </Button>
      <IconButton size="s" label={t("brief.later")} icon={<X />} onClick={() => noteOffered(agent.id, Date.now())} />
    </div>
  );
}
