import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import { Compass, Unplug } from "lucide-react";
import { useEffect, type ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";

/** A new version was installed while the page was open: its parts have other names now. */
function isOutdated(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|Importing a module script failed|preload CSS/i.test(error.message);
}

const TRIED = "parley.reloaded";

/** What is shown instead of a page that failed. */
export function BrokenPage({ error, reset }: ErrorComponentProps): ReactNode {
  const t = useT();
  useEffect(() => {
    if (!isOutdated(error) || sessionStorage.getItem(TRIED) === location.href) return;
    sessionStorage.setItem(TRIED, location.href);
    location.reload();
  }, [error]);
  return (
    <Empty icon={<Unplug />} title={t("broken.title")} action={<Button onClick={reset}>{t("action.try_again")}</Button>}>
      {t("broken.text")}
    </Empty>
  );
}

export function MissingPage(): ReactNode {
  const t = useT();
  return (
    <Empty icon={<Compass />} title={t("missing.title")} action={<Link to="/">{t("missing.home")}</Link>}>
      {t("missing.text")}
    </Empty>
  );
}
