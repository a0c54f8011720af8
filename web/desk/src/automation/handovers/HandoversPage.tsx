import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRightLeft } from "lucide-react";
import type { ReactNode } from "react";

import { useAgents } from "@/lib/directory";
import { formatAgo, formatFull } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { PhoneBack } from "@/lib/PhoneBack";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";

import { handoverKeys, listHandovers, type Handover } from "./api";

function Item({ one }: { one: Handover }) {
  const t = useT();
  const { byId } = useAgents();
  return (
    <Record
      icon={<ArrowRightLeft />}
      title={
        <Link to="/handovers/$id" params={{ id: one.id }}>
          {t("handover.title", { name: byId.get(one.agent_id)?.name ?? "" })}
        </Link>
      }
      marks={one.reason === "shift" && <Chip size="s">{t("handover.by_itself")}</Chip>}
      meta={
        <>
          {one.note !== "" && (
            <>
              <span dir="auto">{one.note}</span>
              <br />
            </>
          )}
          <time dateTime={one.at} title={formatFull(one.at)}>
            {formatAgo(one.at)}
          </time>
          {` · ${t("handover.count", { n: one.conversations })}`}
        </>
      }
    />
  );
}

/** What was handed over, the newest first. */
export function HandoversPage(): ReactNode {
  const t = useT();
  const query = useInfiniteQuery({
    queryKey: handoverKeys.list,
    queryFn: ({ pageParam }) => listHandovers(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page-scroll">
      <PhoneBack />
      <Page title={t("handover.list")} intro={t("handover.list_intro")}>
        <Loading query={query}>
          {items.length === 0 ? (
            <Empty icon={<ArrowRightLeft />} title={t("handover.list_empty_title")} action={<Link to="/handovers/new">{t("handover.end")}</Link>}>
              {t("handover.list_empty")}
            </Empty>
          ) : (
            <RecordList label={t("handover.list")}>
              {items.map((one) => (
                <Item key={one.id} one={one} />
              ))}
            </RecordList>
          )}
          {query.hasNextPage && (
            <Button tone="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("action.load_more")}
            </Button>
          )}
        </Loading>
      </Page>
    </div>
  );
}
