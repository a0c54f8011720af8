import { Empty } from "@parley/ui/Empty";
import { Link } from "@tanstack/react-router";
import { Coffee, Inbox, ListFilter, Radio } from "lucide-react";

import { useChannels, useMay } from "@/lib/directory";
import { i18n, type Key } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

function textOf(view: string): Key {
  const key = `empty.${view}`;
  return key in i18n.get().texts ? (key as Key) : "empty.view";
}

/** What a view says when nothing is in it. */
export function ListEmpty({ view, narrowed }: { view: string; narrowed: boolean }) {
  const t = useT();
  const admin = useMay("channels:write");
  const channels = useChannels();
  if (narrowed) {
    const clear = (
      <Link to="/inbox/$view" params={{ view }} search={{}} className="cta">
        {t("empty.narrowed_clear")}
      </Link>
    );
    return (
      <Empty icon={<ListFilter />} title={t("empty.narrowed_title")} action={clear}>
        {t("empty.narrowed")}
      </Empty>
    );
  }
  if (admin && channels.ready && channels.items.length === 0) {
    const connect = (
      <Link to="/settings/channels" className="cta">
        {t("empty.connect")}
      </Link>
    );
    return (
      <Empty icon={<Radio />} title={t("empty.start_title")} action={connect}>
        {t("empty.start")}
      </Empty>
    );
  }
  const done = view === "mine" || view === "unassigned";
  const onward = (
    <Link to="/inbox/$view" params={{ view: "unassigned" }} className="cta">
      {t("empty.see_unassigned")}
    </Link>
  );
  return (
    <Empty icon={done ? <Coffee /> : <Inbox />} title={t(done ? "empty.done" : "empty.title")} action={view === "mine" ? onward : undefined}>
      {t(textOf(view))}
    </Empty>
  );
}
