import { Empty } from "@parley/ui/Empty";
import { useParams } from "@tanstack/react-router";
import { Timer } from "lucide-react";
import type { ReactNode } from "react";

import { useVocabulary } from "@/lib/acts/useVocabulary";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import { SlaEditor } from "./SlaEditor";
import { useSlas } from "./useSlas";

/** One SLA, or a new one. */
export function SlaPage(): ReactNode {
  const t = useT();
  const { id = "new" } = useParams({ strict: false });
  const words = useVocabulary();
  const { list } = useSlas();
  const sla = list.data?.find((one) => one.id === id);
  if (words.ready && list.data && (id === "new" || sla)) return <SlaEditor key={id} sla={sla ?? null} words={words} />;
  return (
    <Page wide title={t("settings.slas")}>
      <Loading query={words.ready || list.isError ? list : { ...list, isPending: true }}>
        <Empty icon={<Timer />} title={t("slas.gone")} />
      </Loading>
    </Page>
  );
}
