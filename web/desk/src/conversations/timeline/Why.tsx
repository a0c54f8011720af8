import type { Id, Reason } from "@parley/client/types";
import { Popover } from "@parley/ui/Popover";
import { Skeleton } from "@parley/ui/Skeleton";
import { useQuery } from "@tanstack/react-query";

import { formatDateTime } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { getDecision } from "../api";
import styles from "./EventLines.module.css";

/** A reason in words: its key in the catalogue with the values that mattered. */
function describeReason({ key, values = {} }: Reason): string {
  const shown = Object.entries(values).map(([name, value]) => [name, typeof value === "number" ? value : String(value)] as const);
  return tName("why_reason", key, Object.fromEntries(shown));
}

function Reasons({ id }: { id: Id }) {
  const t = useT();
  const { data, error } = useQuery({ queryKey: ["decision", id], queryFn: () => getDecision(id), staleTime: Infinity });
  if (error) return <p>{explain(error)}</p>;
  if (!data) return <Skeleton lines={3} label={t("state.loading")} />;
  return (
    <div className={styles.reasons}>
      <h2>{t("why.title")}</h2>
      <ul>
        {data.reasons.map((reason, i) => (
          <li key={i}>{describeReason(reason)}</li>
        ))}
      </ul>
      <p className={styles.maker}>{t("why.maker", { decider: tName("decider", data.decider), version: String(data.version), at: formatDateTime(data.at) })}</p>
    </div>
  );
}

/** Opens the reasons of something that Parley did by itself. */
export function Why({ id }: { id: Id }) {
  const t = useT();
  return (
    <Popover
      label={t("why.title")}
      width="l"
      align="center"
      trigger={
        <button type="button" className={styles.why}>
          {t("why.ask")}
        </button>
      }
    >
      <Reasons id={id} />
    </Popover>
  );
}
