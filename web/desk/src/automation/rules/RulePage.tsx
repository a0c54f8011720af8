import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useVocabulary } from "@/lib/acts/useVocabulary";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import { getRule } from "./api";
import { RuleEditor } from "./RuleEditor";

/** One rule, or a new one. */
export function RulePage(): ReactNode {
  const t = useT();
  const { id = "new" } = useParams({ strict: false });
  const made = id !== "new";
  const words = useVocabulary();
  const query = useQuery({ queryKey: keys.settings("rules", "one", id), queryFn: () => getRule(id), enabled: made });
  if (!words.ready || (made && !query.data)) {
    return (
      <Page wide title={t("settings.rules")}>
        <Loading query={query.isError ? query : { ...query, isPending: true }}>{null}</Loading>
      </Page>
    );
  }
  return <RuleEditor key={id} rule={query.data ?? null} words={words} />;
}
