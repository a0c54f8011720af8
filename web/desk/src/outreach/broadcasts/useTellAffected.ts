import type { Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useNavigate } from "@tanstack/react-router";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { createBroadcast } from "./api";

/** Begins a draft to those who wrote these conversations; nothing for who may not send to many. */
export function useTellAffected(): ((ids: readonly Id[]) => void) | undefined {
  const t = useT();
  const navigate = useNavigate();
  const mayWrite = useMay("broadcasts:write");
  if (!mayWrite) return undefined;
  return (ids) => {
    createBroadcast({ name: t("broadcast.untitled"), selection: { of: "conversations", ids: [...ids] } })
      .then((made) => navigate({ to: "/settings/broadcasts/$id", params: { id: made.id } }))
      .catch((error: unknown) => toast({ tone: "red", text: explain(error) }));
  };
}
