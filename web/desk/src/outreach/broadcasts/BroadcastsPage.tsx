import { Button } from "@parley/ui/Button";
import { Chip, type ChipTone } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { Progress } from "@parley/ui/Progress";
import { toast } from "@parley/ui/Toasts";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Megaphone, Plus } from "lucide-react";
import type { ReactNode } from "react";

import { useAgents, useMay } from "@/lib/directory";
import { formatAgo } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";

import { broadcastKeys, createBroadcast, deleteBroadcast, listBroadcasts, type BroadcastRow, type BroadcastState } from "./api";

export const TONES: Record<BroadcastState, ChipTone> = { draft: "plain", waiting: "amber", running: "accent", paused: "amber", done: "green", cancelled: "plain" };

function Line({ one, onRemove }: { one: BroadcastRow; onRemove: (() => void) | undefined }) {
  const t = useT();
  const { byId } = useAgents();
  const by = one.started_by ?? one.created_by;
  const who = by === null ? undefined : byId.get(by)?.name;
  const begun = one.state !== "draft";
  const facts = [...(begun ? [t("broadcast.told", { sent: one.sent, total: one.total }), t("broadcast.replied", { n: one.replied })] : []), who, formatAgo(one.created_at)];
  return (
    <Record
      icon={<Megaphone />}
      title={
        <Link to="/settings/broadcasts/$id" params={{ id: one.id }}>
          <bdi>{one.name}</bdi>
        </Link>
      }
      marks={
        <>
          <Chip size="s" tone={TONES[one.state]}>
            {t(`broadcast.state_${one.state}`)}
          </Chip>
          {one.failed > 0 && (
            <Chip size="s" tone="red">
              {t("broadcast.failed", { n: one.failed })}
            </Chip>
          )}
        </>
      }
      meta={
        <>
          {facts.filter(Boolean).join(" · ")}
          {(one.state === "running" || one.state === "paused") && <Progress value={one.sent + one.failed} max={Math.max(one.total, 1)} label={t("broadcast.progress")} />}
        </>
      }
      actions={onRemove && <RecordActions name={one.name} onRemove={onRemove} warning={t("broadcast.remove_hint")} />}
    />
  );
}

/** What everybody affected was told at once, and how far it is. */
export function BroadcastsPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useMay("broadcasts:write");
  const list = useInfiniteQuery({
    queryKey: broadcastKeys.list,
    queryFn: ({ pageParam }) => listBroadcasts(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const fail = (error: unknown) => toast({ tone: "red", text: explain(error) });
  const make = useMutation({
    mutationFn: () => createBroadcast({ name: t("broadcast.untitled") }),
    onSuccess: (made) => navigate({ to: "/settings/broadcasts/$id", params: { id: made.id } }),
    onError: fail,
  });
  const remove = useMutation({ mutationFn: deleteBroadcast, onSuccess: () => client.invalidateQueries({ queryKey: broadcastKeys.list }), onError: fail });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const add = mayWrite && (
    <Button tone="primary" icon={<Plus />} busy={make.isPending} onClick={() => make.mutate()}>
      {t("broadcast.new")}
    </Button>
  );
  return (
    <Page title={t("settings.broadcasts")} intro={t("broadcast.intro")} action={add}>
      <Loading query={list}>
        {items.length === 0 ? (
          <Empty icon={<Megaphone />} title={t("broadcast.empty_title")} action={add}>
            {t("broadcast.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.broadcasts")}>
            {items.map((one) => (
              <Line key={one.id} one={one} onRemove={mayWrite && one.state === "draft" ? () => remove.mutate(one.id) : undefined} />
            ))}
          </RecordList>
        )}
        {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t("action.load_more")}</Button>}
      </Loading>
    </Page>
  );
}
