import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, useLocation } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";

import { sessionQuery } from "@/lib/directory";
import { signedOut } from "@/lib/http";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { TooltipRoom } from "@parley/ui/Tooltip";
import { Unplug } from "lucide-react";
import { Direction } from "radix-ui";

import { useT } from "@/lib/i18n/useT";

import { Shell } from "./Shell";

/** Lets in who is signed in; everybody else goes to the right door and comes back to the same address. */
export function Gate(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(sessionQuery);
  // Where somebody came in: the address changes while the door is still loading, and must not be followed again.
  const now = useLocation({ select: (place) => place.href });
  const [here, setHere] = useState(now);
  if (data?.state === "signed_in" && here !== now) setHere(now);
  useEffect(() => signedOut.subscribe(() => void client.invalidateQueries({ queryKey: keys.session })), [client]);
  if (error && !data) {
    return (
      <Empty icon={<Unplug />} title={t("gate.unreachable")} action={<Button onClick={() => void refetch()}>{t("action.try_again")}</Button>}>
        {explain(error)}
      </Empty>
    );
  }
  if (!data) return null;
  if (data.state === "setup") return <Navigate to="/setup" replace />;
  if (data.state !== "signed_in") return <Navigate to="/login" search={here === "/" || here.startsWith("/inbox/mine") ? {} : { next: here }} replace />;
  return (
    <Direction.Provider dir={document.documentElement.dir === "rtl" ? "rtl" : "ltr"}>
      <TooltipRoom>
        <Shell />
      </TooltipRoom>
    </Direction.Provider>
  );
}
