import type { Id } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { IconButton } from "@parley/ui/IconButton";
import { Notice } from "@parley/ui/Notice";
import { SendHorizontal } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

import { useSelf } from "@/lib/directory";
import { formatFull, formatShort } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";

import type { DirectMessage, DirectThread } from "./api";
import styles from "./Direct.module.css";
import { getDraft, isLookingAt, keepDraft } from "./panel";
import { useDirectActs, useMessages, useThread } from "./useDirect";
import { Words } from "./Words";

const MOST = 4000;

function Bubble({ one, before, thread, mine }: { one: DirectMessage; before: DirectMessage | undefined; thread: DirectThread | undefined; mine: boolean }) {
  const author = thread?.members.find((member) => member.id === one.author_id);
  const begins = before?.author_id !== one.author_id;
  return (
    <li className={styles.message} data-mine={mine} data-begins={begins} data-pending={one.id.startsWith("pending")}>
      {begins && (
        <p className={styles.by}>
          {!mine && author && <Avatar name={author.name} colour={author.avatar_colour} size="s" />}
          {!mine && <bdi>{author?.name}</bdi>}
          <time dateTime={one.created_at} title={formatFull(one.created_at)}>
            {formatShort(one.created_at)}
          </time>
        </p>
      )}
      <div className={styles.bubble} dir="auto">
        <Words text={one.text} />
      </div>
    </li>
  );
}

function Field({ id, onSend }: { id: Id; onSend: (text: string) => void }) {
  const t = useT();
  const [text, setText] = useState(() => getDraft(id));
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const change = (next: string) => {
    setText(next);
    keepDraft(id, next);
  };
  const send = () => {
    if (text.trim() === "") return;
    change("");
    onSend(text.trim());
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <div className={styles.field}>
      <textarea ref={field} rows={2} dir="auto" maxLength={MOST} value={text} aria-label={t("direct.write")} placeholder={t("direct.write")} onChange={(event) => change(event.target.value)} onKeyDown={press} />
      <IconButton label={t("direct.send")} icon={<SendHorizontal className="mirrored" />} disabled={text.trim() === ""} onClick={send} />
    </div>
  );
}

/** A talk: what was said, who has seen it, and where one writes. */
export function ThreadView({ id }: { id: Id }) {
  const t = useT();
  const { agent } = useSelf();
  const thread = useThread(id).data;
  const query = useMessages(id);
  const { post, read } = useDirectActs(id);
  const messages = (query.data?.pages ?? []).flatMap((page) => page.items).reverse();
  const newest = messages.at(-1);
  const end = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // Newer browsers answer with a promise, which is no way to clean up.
    end.current?.scrollIntoView({ block: "end" });
  }, [newest?.id]);
  const unread = thread?.unread ?? 0;
  const { mutate: markRead } = read;
  useEffect(() => {
    const look = () => {
      if (unread > 0 && isLookingAt(id)) markRead();
    };
    look();
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [id, unread, markRead]);
  const others = thread?.members.filter((one) => one.id !== agent.id) ?? [];
  const seen = newest?.author_id === agent.id && others.length > 0 && others.every((one) => one.read_id !== null && one.read_id >= newest.id);
  return (
    <div className={styles.thread}>
      <div className={styles.scroll}>
        <Loading query={query}>
          {query.hasNextPage && (
            <Button size="s" tone="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("direct.earlier")}
            </Button>
          )}
          {messages.length === 0 && <p className={styles.none}>{t("direct.first")}</p>}
          <ol className={styles.messages} aria-live="polite">
            {messages.map((one, n) => (
              <Bubble key={one.id} one={one} before={messages[n - 1]} thread={thread} mine={one.author_id === agent.id} />
            ))}
          </ol>
          {seen && <p className={styles.seen}>{t("direct.seen")}</p>}
        </Loading>
        <div ref={end} />
      </div>
      {thread?.writable === false ? <Notice>{t("direct.nobody_left")}</Notice> : <Field key={`${id}${String(post.isError)}`} id={id} onSend={(text) => post.mutate(text)} />}
    </div>
  );
}
