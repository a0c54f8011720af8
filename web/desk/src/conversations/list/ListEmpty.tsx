import { Empty } from "@parley/ui/Empty";
import { Link } from "@tanstack/react-router";
import { Coffee, Inbox } from "lucide-react";

import { useMay } from "@/lib/directory";
import { i18n, t as say, type Key } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import styles from "./ListHead.module.css";

function textOf(view: string): Key {
  const key = `empty.${view}`;
  return key in i18n.get().texts ? (key as Key) : "empty.view";
}

/** What a view says when nothing is in it. */
export function ListEmpty({ view, narrowed }: { view: string; narrowed: boolean }) {
  const t = useT();
  const admin = useMay("channels:write");
  if (narrowed) return <Empty icon={<Inbox />} title={t("empty.narrowed_title")}>{t("empty.narrowed")}</Empty>;
  const first = view === "all_open" && admin;
  return (
    <Empty
      icon={view === "mine" || view === "unassigned" ? <Coffee /> : <Inbox />}
      title={t(view === "mine" || view === "unassigned" ? "empty.done" : "empty.title")}
      action={
        first ? (
          <Link to="/settings/channels" className={styles.cta}>
            {say("empty.connect")}
          </Link>
        ) : view === "mine" ? (
          <Link to="/inbox/$view" params={{ view: "unassigned" }} className={styles.cta}>
            {say("empty.see_unassigned")}
          </Link>
        ) : undefined
      }
    >
      {t(textOf(view))}
    </Empty>
  );
}
