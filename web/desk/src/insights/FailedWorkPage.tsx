import type { FailedWork } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { toast } from "@parley/ui/Toasts";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, FileWarning, Mail, RotateCcw, ServerCog, Webhook, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { useMay } from "@/lib/directory";
import { formatAgo, formatFull } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { PhoneBack } from "@/lib/PhoneBack";
import { Page, Record, RecordList } from "@/lib/settings/Page";

import { dismissWork, listFailedWork, retryWork } from "./api";

const SIGNS: Record<FailedWork["kind"], LucideIcon> = { job: ServerCog, delivery: Mail, quarantine: FileWarning, webhook: Webhook, fact: ServerCog };

function Item({ work, busy, onRetry, onDismiss }: { work: FailedWork; busy: boolean; onRetry: () => void; onDismiss: () => void }) {
  const t = useT();
  const mayWrite = useMay("work:write");
  const Sign = SIGNS[work.kind];
  return (
    <Record
      icon={<Sign />}
      title={work.link === null ? work.title : <a href={work.link}>{work.title}</a>}
      marks={<Chip size="s">{t(`work.${work.kind}`)}</Chip>}
      meta={
        <>
          {work.detail}
          <br />
          <time dateTime={work.at} title={formatFull(work.at)}>
            {t("work.when", { ago: formatAgo(work.at), n: work.attempts })}
          </time>
        </>
      }
      actions={
        mayWrite && (
          <span className="cluster">
            <Button size="s" icon={<RotateCcw />} busy={busy} onClick={onRetry}>
              {t("action.try_again")}
            </Button>
            <Button size="s" tone="quiet" onClick={onDismiss}>
              {t("work.dismiss")}
            </Button>
          </span>
        )
      }
    />
  );
}

/** What did not go through, why, and the ways on. */
export function FailedWorkPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: keys.failedWork,
    queryFn: ({ pageParam }: { pageParam: string | null }) => listFailedWork(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: 20_000,
  });
  const refresh = () => client.invalidateQueries({ queryKey: keys.failedWork });
  const fail = (error: unknown) => toast({ tone: "red", text: explain(error) });
  const retry = useMutation({
    mutationFn: retryWork,
    onSuccess: () => {
      toast({ text: t("work.retrying") });
      return refresh();
    },
    onError: fail,
  });
  const dismiss = useMutation({ mutationFn: dismissWork, onSuccess: refresh, onError: fail });
  const items = (query.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <div className="page-scroll">
      <PhoneBack />
      <Page title={t("nav.failed")} intro={t("work.intro")}>
        <Loading query={query}>
          {items.length === 0 ? (
            <Empty icon={<CircleCheck />} title={t("work.empty_title")}>
              {t("work.empty")}
            </Empty>
          ) : (
            <RecordList label={t("nav.failed")}>
              {items.map((work) => (
                <Item key={work.id} work={work} busy={retry.isPending && retry.variables === work.id} onRetry={() => retry.mutate(work.id)} onDismiss={() => dismiss.mutate(work.id)} />
              ))}
            </RecordList>
          )}
          {query.hasNextPage && <Button onClick={() => void query.fetchNextPage()}>{t("action.load_more")}</Button>}
        </Loading>
      </Page>
    </div>
  );
}
