import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useState } from "react";

import { RichText } from "@/conversations/timeline/MessageBody";
import { formatLanguage } from "@/lib/format/text";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { Loading } from "@/lib/settings/Loading";

import { broadcastKeys, listLeftOut, previewBroadcast, startBroadcast, type Broadcast, type Preview } from "./api";
import styles from "./Broadcasts.module.css";
import { TargetList } from "./TargetList";

type Problem = Preview["problems"][number];

/** What is still missing, in a sentence. */
function ProblemLine({ problem }: { problem: Problem }) {
  const t = useT();
  const where = [problem.channel ? tName("channel", problem.channel) : null, problem.language ? formatLanguage(problem.language) : null].filter(Boolean).join(", ");
  const what = problem.variable ? t("broadcast.problem_missing_variable", { name: tName("variable", problem.variable), n: problem.customers ?? 0 }) : tName("broadcast", `problem_${problem.kind}`, { n: problem.customers ?? 0 });
  return <li>{where === "" ? what : `${what} (${where})`}</li>;
}

function Shares({ preview }: { preview: Preview }) {
  const t = useT();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t("broadcast.channel")}</th>
          <th scope="col">{t("broadcast.reads")}</th>
          <th scope="col">{t("broadcast.gets")}</th>
          <th scope="col">{t("broadcast.customers")}</th>
        </tr>
      </thead>
      <tbody>
        {preview.shares.map((one) => (
          <tr key={`${one.channel} ${one.language}`}>
            <td>{tName("channel", one.channel)}</td>
            <td>{formatLanguage(one.language)}</td>
            <td>{one.text_language === "" ? "–" : formatLanguage(one.text_language)}</td>
            <td>{one.customers}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LeftOut({ broadcast, preview }: { broadcast: Broadcast; preview: Preview }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const list = useInfiniteQuery({
    queryKey: broadcastKeys.leftOut(broadcast.id, preview.digest),
    queryFn: ({ pageParam }) => listLeftOut(broadcast.id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: open,
  });
  if (preview.left_out.length === 0) return null;
  return (
    <section className={styles.part} aria-label={t("broadcast.left_out")}>
      <h2>{t("broadcast.left_out")}</h2>
      <p>{preview.left_out.map((one) => `${tName("broadcast", `reason_${one.reason}`)}: ${String(one.customers)}`).join(" · ")}</p>
      {open ? (
        <Loading query={list}>
          <TargetList items={list.data?.pages.flatMap((page) => page.items) ?? []} />
          {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t("action.load_more")}</Button>}
        </Loading>
      ) : (
        <div>
          <Button size="s" onClick={() => setOpen(true)}>
            {t("broadcast.who_is_left_out")}
          </Button>
        </div>
      )}
    </section>
  );
}

/** Counts, examples with real people, and who is left out; nothing leaves before it was seen here. */
export function CheckStep({ broadcast, mayWrite }: { broadcast: Broadcast; mayWrite: boolean }) {
  const t = useT();
  const client = useQueryClient();
  const look = useQuery({ queryKey: broadcastKeys.preview(broadcast.id, broadcast.updated_at), queryFn: () => previewBroadcast(broadcast.id), staleTime: 0, gcTime: 0, enabled: mayWrite });
  const start = useMutation({
    mutationFn: (digest: string) => startBroadcast(broadcast.id, digest),
    onSuccess: (made) => client.setQueryData(broadcastKeys.one(broadcast.id), made),
    onError: () => look.refetch(),
  });
  if (!mayWrite) return <Notice>{t("broadcast.leads_only")}</Notice>;
  const preview = look.data;
  return (
    <Loading query={look}>
      {preview && (
        <>
          <section className={styles.part} aria-label={t("broadcast.step_check")}>
            <p className={styles.big}>{t("broadcast.will_be_told", { n: preview.total })}</p>
            {preview.problems.length > 0 && (
              <Notice tone="amber" title={t("broadcast.not_yet")}>
                <ul>
                  {preview.problems.map((one) => (
                    <ProblemLine key={JSON.stringify(one)} problem={one} />
                  ))}
                </ul>
              </Notice>
            )}
            {preview.shares.length > 0 && <Shares preview={preview} />}
          </section>
          {preview.examples.length > 0 && (
            <section className={styles.part} aria-label={t("broadcast.examples")}>
              <h2>{t("broadcast.examples")}</h2>
              {preview.examples.map((one) => (
                <article key={`${one.channel} ${one.language}`} className={styles.example}>
                  <p className={styles.faint}>{`${tName("channel", one.channel)}, ${formatLanguage(one.language)}`}</p>
                  {one.subject !== null && <strong>{one.subject}</strong>}
                  <div lang={one.language} dir="auto">
                    <RichText html={one.html} />
                  </div>
                </article>
              ))}
            </section>
          )}
          <LeftOut broadcast={broadcast} preview={preview} />
          {start.error !== null && <Notice tone="red">{explain(start.error)}</Notice>}
          {preview.approval && <Notice>{t("broadcast.needs_second", { n: preview.approval_above })}</Notice>}
          <div className={styles.end}>
            <Button tone="primary" icon={<Send />} busy={start.isPending || look.isFetching} disabled={preview.problems.length > 0} onClick={() => start.mutate(preview.digest)}>
              {t("broadcast.send", { n: preview.total })}
            </Button>
          </div>
        </>
      )}
    </Loading>
  );
}
