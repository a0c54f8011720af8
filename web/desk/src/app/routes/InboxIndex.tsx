import { Navigate } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useWide } from "@/lib/useWide";

/** At phone width the views are a page of their own; elsewhere the first view opens. */
export function InboxIndex(): ReactNode {
  return useWide("48.01rem") ? <Navigate to="/inbox/$view" params={{ view: "mine" }} replace /> : null;
}
