import type { Notification, NotificationPage } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { IconButton } from "@parley/ui/IconButton";
import { Popover } from "@parley/ui/Popover";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Bell as BellIcon, Settings2 } from "lucide-react";
import { useState } from "react";

import { openMessages } from "@/direct/panel";
import { keysOf } from "@/lib/commands/table";
import { useCommands } from "@/lib/commands/useCommands";
import { formatShort } from "@/lib/format/time";
import { api, unwrap } from "@/lib/http";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";

import styles from "./Bell.module.css";

function Line({ one, onOpen }: { one: Notification; onOpen: () => void }) {
  const t = useT();
  return (
    <li>
      <button type="button" className={styles.line} data-read={one.read} onClick={onOpen}>
        <Avatar name={one.actor.name || t("author.system")} seed={one.actor.id ?? "parley"} size="s" />
        <span className={styles.words}>
          <span dir="auto">{one.text}</span>
        </span>
        <time dateTime={one.at}>{formatShort(one.at)}</time>
        {!one.read && (
          <span className={styles.unread}>
            <span className="sr-only">{t("bell.unread")}</span>
          </span>
        )}
      </button>
    </li>
  );
}

/** What happened that concerns the reader. */
export function Bell() {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({ queryKey: keys.notifications, queryFn: () => unwrap(api.GET("/api/v1/me/notifications", { params: { query: { limit: 30 } } })) as unknown as Promise<NotificationPage> });
  const items = data?.items ?? [];
  const unread = data?.unread ?? 0;
  const read = useMutation({
    mutationFn: (ids: string[] | "all") => unwrap(api.POST("/api/v1/me/notifications/read", { body: ids === "all" ? { all: true } : { ids } })),
    onMutate: (ids) => {
      client.setQueryData<NotificationPage>(keys.notifications, (old) => old && { ...old, unread: ids === "all" ? 0 : Math.max(0, old.unread - old.items.filter((one) => !one.read && ids.includes(one.id)).length), items: old.items.map((one) => (ids === "all" || ids.includes(one.id) ? { ...one, read: true } : one)) });
    },
  });
  useCommands({ notifications: () => setOpen(true) });
  const visit = (one: Notification) => {
    read.mutate([one.id]);
    setOpen(false);
    if (one.direct_thread_id !== null) openMessages({ thread: one.direct_thread_id });
    if (one.conversation_id !== null) void navigate({ to: "/conversations/$id", params: { id: one.conversation_id } });
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t("bell.label")}
      width="l"
      flush
      trigger={
        <IconButton
          size="s"
          label={unread > 0 ? t("bell.count", { n: unread }) : t("bell.label")}
          keys={keysOf("notifications")}
          icon={
            <span className={styles.bell}>
              <BellIcon />
              {unread > 0 && <span className={styles.dot} />}
            </span>
          }
        />
      }
    >
      <header className={styles.head}>
        <h2>{t("bell.label")}</h2>
        <Button size="s" tone="quiet" disabled={unread === 0} onClick={() => read.mutate("all")}>
          {t("bell.read_all")}
        </Button>
        <Link to="/settings/notifications" aria-label={t("bell.settings")} className={styles.settings} onClick={() => setOpen(false)}>
          <Settings2 />
        </Link>
      </header>
      {items.length === 0 ? (
        <Empty icon={<BellIcon />} title={t("bell.empty_title")}>{t("bell.empty")}</Empty>
      ) : (
        <ul className={styles.list}>
          {items.map((one) => (
            <Line key={one.id} one={one} onOpen={() => visit(one)} />
          ))}
        </ul>
      )}
    </Popover>
  );
}
