import type { Customer, Id } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Chip } from "@parley/ui/Chip";
import { Notice } from "@parley/ui/Notice";
import { useQuery } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";

import { formatAgo } from "@/lib/format/time";
import { formatLanguage, formatList } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";
import { Loading } from "@/lib/settings/Loading";

import { previewMerge } from "./api";
import styles from "./MergeDialog.module.css";

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.line}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Side({ customer, stays }: { customer: Customer; stays: boolean }) {
  const t = useT();
  const addresses = customer.identities.filter((one) => one.kind !== "visitor" && one.value !== null);
  return (
    <section className={styles.side} data-stays={stays} aria-label={nameCustomer(customer)}>
      <Chip size="s" tone={stays ? "green" : "plain"}>
        {t(stays ? "merge.stays" : "merge.goes")}
      </Chip>
      <header>
        <Avatar name={nameCustomer(customer)} seed={customer.id} colour={customer.avatar_colour} size="s" />
        <strong>
          <bdi>{nameCustomer(customer)}</bdi>
        </strong>
      </header>
      <dl>
        <Line label={t("customer.identities")}>
          {addresses.length === 0 ? t("merge.browser_only") : addresses.map((one) => <div key={one.id}><bdi>{one.value}</bdi>{one.verified ? "" : ` · ${t("customer.unverified")}`}</div>)}
        </Line>
        <Line label={t("field.language")}>{customer.language === null ? t("customer.unknown") : formatLanguage(customer.language)}</Line>
        <Line label={t("merge.conversations")}>{customer.conversations_count}</Line>
        <Line label={t("merge.last_seen")}>{customer.last_seen === null ? t("customer.unknown") : formatAgo(customer.last_seen)}</Line>
      </dl>
    </section>
  );
}

/** Both sides, and in plain words what will happen. `onReady` hears whether the merge is possible. */
export function MergePreview({ source, target, onReady }: { source: Id; target: Id; onReady: (ready: boolean) => void }) {
  const t = useT();
  const query = useQuery({ queryKey: ["merge-preview", source, target], queryFn: () => previewMerge(source, target), staleTime: 0 });
  const shown = query.data;
  const ready = query.isSuccess;
  useEffect(() => onReady(ready), [ready, onReady]);
  return (
    <Loading query={query}>
      {shown && (
        <div className={styles.preview}>
          <div className={styles.sides}>
            <Side customer={shown.target} stays />
            <Side customer={shown.source} stays={false} />
          </div>
          <h3>{t("merge.what")}</h3>
          <ul className={styles.what}>
            <li>{t("merge.moves", { n: shown.identities, name: nameCustomer(shown.target) })}</li>
            <li>{t("merge.moves_conversations", { n: shown.conversations })}</li>
            {shown.taken.length > 0 && <li>{t("merge.takes", { name: nameCustomer(shown.target), fields: formatList(shown.taken.map((one) => t(`merge_field.${one}`))) })}</li>}
            <li>{t("merge.reversible")}</li>
          </ul>
          {shown.source.blocked !== shown.target.blocked && (
            <Notice tone="amber">{t(shown.target.blocked ? "merge.stays_blocked" : "merge.not_blocked", { name: nameCustomer(shown.source) })}</Notice>
          )}
        </div>
      )}
    </Loading>
  );
}
