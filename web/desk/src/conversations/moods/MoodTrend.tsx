import type { Id, Mood, Page } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";

import { formatFull } from "@/lib/format/time";
import { api, unwrap } from "@/lib/http";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import styles from "./Mood.module.css";

/** How the customer's last messages sounded, the oldest first; nothing where all of them were plain. */
export function MoodTrend({ conversationId }: { conversationId: Id }) {
  const t = useT();
  const { data } = useQuery({
    queryKey: ["moods", conversationId],
    queryFn: () => unwrap(api.GET("/api/v1/conversations/{conversation_id}/moods", { params: { path: { conversation_id: conversationId } } })) as unknown as Promise<Page<Mood>>,
  });
  const moods = [...(data?.items ?? [])].reverse();
  if (moods.every((mood) => mood.sentiment === "neutral")) return null;
  return (
    <>
      <dt>{t("mood.trend")}</dt>
      <dd>
        <ol className={styles.trend}>
          {moods.map((mood) => (
            <li key={mood.message_id} data-mood={mood.sentiment} title={`${tName("mood", mood.sentiment)} · ${formatFull(mood.at)}`}>
              <span className="sr-only">{tName("mood", mood.sentiment)}</span>
            </li>
          ))}
        </ol>
      </dd>
    </>
  );
}
