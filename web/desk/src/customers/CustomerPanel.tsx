import type { CustomerBrief, Id } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Chip } from "@parley/ui/Chip";
import { IconButton } from "@parley/ui/IconButton";
import { Notice } from "@parley/ui/Notice";
import { Link } from "@tanstack/react-router";
import { BadgeCheck, Ban, Clock, Crown, Globe, MapPin } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useMay } from "@/lib/directory";
import { formatAgo, formatDate, formatLocalTime } from "@/lib/format/time";
import { formatLanguage } from "@/lib/format/text";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { Section } from "@/lib/Section";
import { nameCustomer } from "@/lib/names";

import styles from "./CustomerPanel.module.css";
import { Identities } from "./Identities";
import { Merging } from "./merging/Merging";
import { Past } from "./Past";
import { useCustomer } from "./useCustomer";

function Facts({ children }: { children: ReactNode }) {
  return <ul className={styles.facts}>{children}</ul>;
}

function Notes({ text, onSave }: { text: string; onSave: (notes: string) => void }) {
  const t = useT();
  const mayWrite = useMay("customers:write");
  const [typed, setTyped] = useState(text);
  const [from, setFrom] = useState(text);
  if (from !== text) {
    setFrom(text);
    setTyped(text);
  }
  return (
    <textarea
      className={styles.notes}
      aria-label={t("customer.notes")}
      placeholder={t("customer.notes_hint")}
      rows={3}
      dir="auto"
      readOnly={!mayWrite}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => {
        if (typed !== text) onSave(typed);
      }}
    />
  );
}

/** Who it is and how we know. `children` is shown between the head and what is known. */
export function CustomerPanel({ brief, current, children }: { brief: CustomerBrief; current: Id | null; children?: ReactNode }) {
  const t = useT();
  const { query, change } = useCustomer(brief.id);
  const mayWrite = useMay("customers:write");
  const customer = query.data;
  const verified = customer?.identities.some((one) => one.verified) ?? brief.verified;
  const email = customer?.email ?? brief.email;
  const address = customer?.identities.find((one) => one.kind === "email" && one.value === email);
  const vip = customer?.vip ?? brief.vip;
  const zone = customer?.zone ?? null;
  const localTime = zone === null ? null : formatLocalTime(zone);
  return (
    <div>
      <header className={styles.head}>
        <Avatar name={nameCustomer(brief)} seed={brief.id} colour={brief.avatar_colour} size="l" />
        <div className={styles.who}>
          <h2 className={styles.name}>
            <Link to="/customers/$id" params={{ id: brief.id }} dir="auto">
              {nameCustomer(customer ?? brief)}
            </Link>
          </h2>
          {email !== null && (
            <p className={styles.email} data-claimed={address?.verified === false}>
              <bdi>{email}</bdi>
              {address?.verified === false && <small>{t("identity.not_proven", { reason: tName("reason", address.reason) })}</small>}
            </p>
          )}
          <p className={styles.marks}>
            {verified ? (
              <Chip size="s" tone="green" icon={<BadgeCheck />}>
                {t("customer.verified")}
              </Chip>
            ) : (
              <Chip size="s">{t("customer.unverified")}</Chip>
            )}
            {vip && (
              <Chip size="s" tone="amber" icon={<Crown />}>
                {t("customer.vip")}
              </Chip>
            )}
            {brief.blocked && (
              <Chip size="s" tone="red" icon={<Ban />}>
                {t("customer.blocked")}
              </Chip>
            )}
          </p>
        </div>
        {mayWrite && <IconButton size="s" label={t(vip ? "customer.vip_off" : "customer.vip_on")} icon={<Crown />} active={vip} onClick={() => change({ vip: !vip })} disabled={!customer} />}
      </header>
      {customer && (
        <Facts>
          {customer.language !== null && (
            <li>
              <Globe />
              {formatLanguage(customer.language)}
            </li>
          )}
          {localTime !== null && zone !== null && (
            <li title={zone}>
              <Clock />
              {t("customer.local_time", { time: localTime })}
            </li>
          )}
          {zone !== null && (
            <li>
              <MapPin />
              {zone.split("/").at(-1)?.replaceAll("_", " ")}
            </li>
          )}
        </Facts>
      )}
      {customer && !verified && (
        <div className={styles.notice}>
          <Notice>{t("customer.unverified_text")}</Notice>
        </div>
      )}
      {children}
      {customer && (
        <>
          <Section title={t("customer.identities")}>
            <Identities items={customer.identities} />
          </Section>
          <Merging customer={customer} />
          <Section title={t("customer.notes")}>
            <Notes text={customer.notes} onSave={(notes) => change({ notes })} />
          </Section>
          <Section title={t("customer.past", { n: customer.conversations_count })}>
            <Past id={customer.id} current={current} />
          </Section>
          <p className={styles.since}>
            {t("customer.since", { date: formatDate(customer.created_at) })}
            {customer.last_seen !== null && ` · ${t("customer.last_seen", { ago: formatAgo(customer.last_seen) })}`}
          </p>
        </>
      )}
    </div>
  );
}
