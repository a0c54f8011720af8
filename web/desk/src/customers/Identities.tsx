import type { Identity } from "@parley/client/types";
import { IconButton } from "@parley/ui/IconButton";
import { toast } from "@parley/ui/Toasts";
import { BadgeCheck, CircleDashed, Copy, Globe } from "lucide-react";

import { formatDate } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import styles from "./CustomerPanel.module.css";

/** What a page of the shop is called: its title, else where it is. */
export function namePage(page: NonNullable<Identity["page"]>): string {
  if (page.title.trim() !== "") return page.title.trim();
  try {
    const { host, pathname } = new URL(page.url);
    return pathname === "/" ? host : pathname;
  } catch {
    return page.url;
  }
}

/** A browser that chats: where it was, and since when; its id only for those who look for it. */
function Visitor({ one }: { one: Identity }) {
  const t = useT();
  const date = formatDate(one.created_at);
  const copy = () => void navigator.clipboard.writeText(one.value ?? "").then(() => toast({ text: t("act.copied") }));
  return (
    <li className={styles.identity} data-kind="visitor">
      <Globe />
      <span className={styles.value} dir="auto">
        {one.page ? t("identity.visitor_on", { page: namePage(one.page), date }) : t("identity.visitor_since", { date })}
      </span>
      {one.value !== null && <IconButton size="s" className={styles.copy} label={t("identity.copy_id", { id: one.value.slice(-8) })} icon={<Copy />} onClick={copy} />}
      <span className={styles.reason}>{t("identity.visitor_text")}</span>
    </li>
  );
}

/** Each address or account of a customer, whether it is proven, and by what. */
export function Identities({ items }: { items: readonly Identity[] }) {
  const t = useT();
  return (
    <ul className={styles.identities}>
      {items.map((one) =>
        one.kind === "visitor" ? (
          <Visitor key={one.id} one={one} />
        ) : (
          <li key={one.id} className={styles.identity} data-verified={one.verified}>
            {one.verified ? <BadgeCheck /> : <CircleDashed />}
            <span className={styles.value} title={tName("identity", one.kind)}>
              <bdi>{one.value ?? t("identity.erased")}</bdi>
            </span>
            <span className={styles.reason}>{t(one.verified ? "identity.verified" : "identity.claimed", { kind: tName("identity", one.kind), reason: tName("reason", one.reason) })}</span>
          </li>
        ),
      )}
    </ul>
  );
}
