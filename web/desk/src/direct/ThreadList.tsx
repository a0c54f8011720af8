import { Avatar } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { MessagesSquare, SquarePen } from "lucide-react";

import { useSelf } from "@/lib/directory";
import { formatShort } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { onlineAgents } from "@/lib/live/presence";
import { shortName } from "@/lib/names";
import { Loading } from "@/lib/settings/Loading";
import { useStore } from "@/lib/store";

import type { DirectThread } from "./api";
import styles from "./Direct.module.css";
import { listOthers, nameThread } from "./names";
import { openMessages } from "./panel";
import { useThreads } from "./useDirect";

function Row({ thread }: { thread: DirectThread }) {
  const t = useT();
  const { agent } = useSelf();
  const online = useStore(onlineAgents);
  const others = listOthers(thread, agent.id);
  const { last_message: last, unread } = thread;
  const first = others[0];
  const author = thread.members.find((one) => one.id === last?.author_id);
  const said = last?.author_id === agent.id ? t("direct.you", { text: last.text }) : others.length > 1 && author ? `${shortName(author.name)}: ${last?.text ?? ""}` : (last?.text ?? "");
  return (
    <li>
      <button type="button" className={styles.row} data-unread={unread > 0} onClick={() => openMessages({ thread: thread.id })}>
        {first && <Avatar name={first.name} colour={first.avatar_colour} online={others.length === 1 && online.has(first.id)} />}
        <span className={styles.words}>
          <bdi className={styles.name}>{nameThread(thread, agent.id)}</bdi>
          <span className={styles.said} dir="auto">
            {said}
          </span>
        </span>
        <span className={styles.end}>
          <time dateTime={thread.last_message_at}>{formatShort(thread.last_message_at)}</time>
          {unread > 0 && (
            <span className={styles.count}>
              {unread}
              <span className="sr-only"> {t("direct.unread")}</span>
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

/** One's talks with colleagues, the one that moved last first. */
export function ThreadList() {
  const t = useT();
  const query = useThreads();
  const items = (query.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <Loading query={query}>
      {items.length === 0 ? (
        <Empty
          icon={<MessagesSquare />}
          title={t("direct.empty_title")}
          action={
            <Button tone="primary" icon={<SquarePen />} onClick={() => openMessages("new")}>
              {t("direct.new")}
            </Button>
          }
        >
          {t("direct.empty")}
        </Empty>
      ) : (
        <ul className={styles.list}>
          {items.map((thread) => (
            <Row key={thread.id} thread={thread} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button size="s" tone="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("action.load_more")}
        </Button>
      )}
    </Loading>
  );
}
