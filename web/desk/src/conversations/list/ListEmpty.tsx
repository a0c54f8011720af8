import { Empty } from "@parley/ui/Empty";
import { Link } from "@tanstack/react-router";
import { Coffee, Inbox, ListFilter } from "lucide-react";

import { useMay } from "@/lib/directory";
import { i18n, t as say, type Key } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

function textOf(view: string): Key {
  const key = `empty.${view}`;
  return key in i18n.get().texts ? (key as Key) : "empty.view";
}

/** What a view says when nothing is in it. */
export function ListEmpty({ view, narrowed }: { view: string; narrowed: boolean }) {
  const t = useT();
  const admin = useMay("channels:write");
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
  const first = view === "all_open" && admin;
  return (
    <Empty
      icon={view === "mine" || view === "unassigned" ? <Coffee /> : <Inbox />}
      title={t(view === "mine" || view === "unassigned" ? "empty.done" : "empty.title")}
      action={
        first ? (
          <Link to="/settings/channels" className="cta">
            {say("empty.connect")}
          </Link>
        ) : view === "mine" ? (
          <Link to="/inbox/$view" params={{ view: "unassigned" }} className="cta">
            {say("empty.see_unassigned")}
          </Link>
        ) : undefined
      }
    >
      {t(textOf(view))}
    </Empty>
  );
}
