import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import { Compass, Sparkles, Unplug } from "lucide-react";
import { useEffect, type ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";
import { isTyping, update } from "@/lib/update";

const TRIED = "parley.reloaded";

/** What is shown instead of a page that failed; a page of a newer build is fetched at once if nothing is lost by it. */
export function BrokenPage({ reset }: ErrorComponentProps): ReactNode {
  const t = useT();
  const outdated = useStore(update);
  useEffect(() => {
    if (!outdated || isTyping() || sessionStorage.getItem(TRIED) === location.href) return;
    sessionStorage.setItem(TRIED, location.href);
    location.reload();
  }, [outdated]);
  if (outdated) {
    return (
      <Empty icon={<Sparkles />} title={t("update.ready")} action={<Button tone="primary" onClick={() => location.reload()}>{t("update.reload")}</Button>}>
        {t("update.kept")}
      </Empty>
    );
  }
  // A part that did not arrive is only asked for again by a new page, and a new page needs the server.
  const again = () => fetch("/", { method: "HEAD" }).then(() => location.reload(), reset);
  return (
    <Empty icon={<Unplug />} title={t("broken.title")} action={<Button onClick={() => void again()}>{t("action.try_again")}</Button>}>
      {t("broken.text")}
    </Empty>
  );
}

export function MissingPage(): ReactNode {
  const t = useT();
  return (
    <Empty icon={<Compass />} title={t("missing.title")} action={<Link to="/" className="cta">{t("missing.home")}</Link>}>
      {t("missing.text")}
    </Empty>
  );
}
