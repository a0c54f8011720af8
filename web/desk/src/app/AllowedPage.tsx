import { Empty } from "@parley/ui/Empty";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";

import { useAgents, useSelf } from "@/lib/directory";
import { formatList } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";

import { findNeeded } from "./needed";

const MOST = 3;

function RefusedPage(): ReactNode {
  const t = useT();
  const helpers = useAgents().items.filter(({ role, state }) => state === "active" && (role === "owner" || role === "admin"));
  const names = helpers.slice(0, MOST).map(({ name }) => name);
  return (
    <Empty icon={<Lock />} title={t("refused.title")} action={<Link to="/" className="cta">{t("missing.home")}</Link>}>
      {names.length === 0 ? t("refused.text") : t("refused.ask", { names: formatList(names) })}
    </Empty>
  );
}

/** The page at this address; where it is one `of` these and asks for a right that is lacking, that and who can help. */
export function AllowedPage({ of }: { of: Parameters<typeof findNeeded>[1] }): ReactNode {
  const path = useLocation({ select: (place) => place.pathname });
  const { permissions } = useSelf().agent;
  const needed = findNeeded(path, of);
  return needed === undefined || permissions.includes(needed) ? <Outlet /> : <RefusedPage />;
}
