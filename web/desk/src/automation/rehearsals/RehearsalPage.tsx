import { Link, useParams } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import { sayPeriod } from "./api";
import styles from "./Rehearsals.module.css";
import { Report } from "./Report";
import { Summary } from "./Summary";
import { Under } from "./Under";
import { useRehearsal } from "./useRehearsal";

/** One rehearsal: what was tried, how far it has come, and what came of it. */
export function RehearsalPage(): ReactNode {
  const t = useT();
  const { id = "" } = useParams({ strict: false });
  const mayWrite = useMay("automation:write");
  const { query, rehearsal, cancel } = useRehearsal(id);
  const intro = rehearsal && t("rehearsal.between", { period: sayPeriod(rehearsal), n: rehearsal.report?.facts ?? rehearsal.total });
  return (
    <Page
      wide
      title={rehearsal?.title ?? t("settings.rehearsals")}
      intro={intro}
      action={
        <Link to="/settings/rehearsals" className={styles.back}>
          <ChevronLeft className="mirrored" /> {t("settings.rehearsals")}
        </Link>
      }
    >
      <Loading query={query}>
        {rehearsal && (
          <>
            <Under rehearsal={rehearsal} mayWrite={mayWrite} busy={cancel.isPending} onCancel={() => cancel.mutate()} />
            {rehearsal.report && (
              <>
                <Summary report={rehearsal.report} />
                <Report report={rehearsal.report} />
              </>
            )}
          </>
        )}
      </Loading>
    </Page>
  );
}
