import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { Skeleton } from "@parley/ui/Skeleton";
import { Unplug } from "lucide-react";
import type { ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

type Query = { isPending: boolean; isError: boolean; error: unknown; data: unknown; refetch: () => unknown };

/** The contents once they are here; before that their shape, and when they cannot be had, why and what to do. */
export function Loading({ query, children }: { query: Query; children: ReactNode }) {
  const t = useT();
  if (query.isPending) return <Skeleton kind="rows" lines={5} label={t("state.loading")} />;
  if (query.isError && query.data === undefined) {
    return (
      <Empty icon={<Unplug />} title={t("page.failed")} action={<Button onClick={() => void query.refetch()}>{t("action.try_again")}</Button>}>
        {explain(query.error)}
      </Empty>
    );
  }
  return children;
}
