import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";

import { useMay, useSelf } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import { broadcastKeys, getBroadcast } from "./api";
import styles from "./Broadcasts.module.css";
import { DraftEditor } from "./DraftEditor";
import { Told } from "./Told";

/** One broadcast: written in three steps as long as it is a draft, followed afterwards. */
export function BroadcastPage(): ReactNode {
  const t = useT();
  const { id = "" } = useParams({ strict: false });
  const { workspace } = useSelf();
  const mayWrite = useMay("broadcasts:write");
  const query = useQuery({ queryKey: broadcastKeys.one(id), queryFn: () => getBroadcast(id) });
  const one = query.data;
  const back = (
    <Link to="/settings/broadcasts" className={styles.back}>
      <ChevronLeft className="mirrored" /> {t("settings.broadcasts")}
    </Link>
  );
  return (
    <Page wide title={one?.name ?? t("settings.broadcasts")} action={back}>
      <Loading query={query}>
        {one && (one.state === "draft" ? <DraftEditor key={one.id} broadcast={one} language={workspace.language} mayWrite={mayWrite} /> : <Told broadcast={one} mayWrite={mayWrite} />)}
      </Loading>
    </Page>
  );
}
