import type { Id, Subscription } from "@parley/client/types";
import { Chip } from "@parley/ui/Chip";
import { IconButton } from "@parley/ui/IconButton";
import { Menu, MenuItem } from "@parley/ui/Menu";
import { useQuery } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useState } from "react";

import { useMay } from "@/lib/directory";
import { formatDate } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Section } from "@/lib/Section";

import { SubscriptionForm, type SubscriptionAct } from "../acts/SubscriptionForms";
import { readLines } from "../acts/subscriptionLines";
import { listSubscriptions } from "../api";
import { formatMoney } from "../money";
import { useStores } from "../useStores";
import { Freshness } from "./Freshness";
import { useFreshening } from "./useFreshening";
import styles from "./panel.module.css";

const ACTS: readonly SubscriptionAct[] = ["skip", "date", "swap", "pause", "resume", "end"];

/** What can be done while it is as it is. */
export function listSubscriptionActs({ status, next_at }: Pick<Subscription, "status" | "next_at">, offered: readonly string[]): SubscriptionAct[] {
  if (status === "cancelled" || status === "expired") return [];
  const hidden: readonly SubscriptionAct[] = status === "paused" ? ["skip", "pause"] : next_at === null ? ["skip", "resume"] : ["resume"];
  return ACTS.filter((act) => offered.includes(act) && !hidden.includes(act));
}

function Row({ subscription, acts, onAct }: { subscription: Subscription; acts: readonly SubscriptionAct[]; onAct: (act: SubscriptionAct) => void }) {
  const t = useT();
  const { status, next_at: next } = subscription;
  const lines = readLines(subscription);
  const tone = status === "active" ? "green" : status === "failed" ? "red" : "plain";
  return (
    <li className={styles.subscription} data-subscription={subscription.ref}>
      <span className={styles.words}>
        {lines.map((line) => (
          <span key={line.ref}>{t("subscription.line", { n: line.quantity, title: line.title })}</span>
        ))}
        <span className={styles.meta}>
          {formatMoney(subscription.price, subscription.currency)} · {t(`subscription.every_${subscription.unit}`, { n: subscription.every })}
        </span>
        <span className={styles.marks}>
          <Chip size="s" tone={tone}>
            {t(`subscriptionstatus.${status}`)}
          </Chip>
          {next !== null && status === "active" && <span className={styles.meta}>{t("subscription.next_on", { date: formatDate(next) })}</span>}
        </span>
      </span>
      {acts.length > 0 && (
        <Menu trigger={<IconButton size="s" label={t("subscription.menu", { title: lines[0]?.title ?? subscription.ref })} icon={<Ellipsis />} />}>
          {acts.map((act) => (
            <MenuItem key={act} danger={act === "end"} onSelect={() => onAct(act)}>
              {t(`actname.${act}`)}
            </MenuItem>
          ))}
        </Menu>
      )}
    </li>
  );
}

/** What comes again by itself: when next, and what can be done about it. Nothing for who has none. */
export function Subscriptions({ customerId }: { customerId: Id }) {
  const t = useT();
  const may = useMay("orders:write");
  const { byId } = useStores();
  const { data, refetch } = useQuery({ queryKey: keys.subscriptions(customerId), queryFn: () => listSubscriptions(customerId) });
  const [doing, setDoing] = useState<{ subscription: Subscription; act: SubscriptionAct } | null>(null);
  const items = data?.items ?? [];
  useFreshening(items.some((one) => one.stale), refetch);
  if (items.length === 0) return null;
  return (
    <Section title={t("subscription.title", { n: items.length })}>
      <ul className={styles.rows}>
        {items.map((one) => (
          <Row key={one.id} subscription={one} acts={may ? listSubscriptionActs(one, byId.get(one.store_id)?.acts ?? []) : []} onAct={(act) => setDoing({ subscription: one, act })} />
        ))}
      </ul>
      <Freshness items={items} />
      {doing && <SubscriptionForm subscription={doing.subscription} act={doing.act} onClose={() => setDoing(null)} />}
    </Section>
  );
}
