import type { Address, Message } from "@parley/client/types";
import { Popover } from "@parley/ui/Popover";
import { ChevronDown } from "lucide-react";

import { formatFull } from "@/lib/format/time";
import { BASE } from "@/lib/http";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import styles from "./MailDetails.module.css";

function showAddress({ name, address }: Address): string {
  return name ? `${name} <${address}>` : address;
}

function Line({ label, people }: { label: string; people: readonly Address[] }) {
  if (people.length === 0) return null;
  return (
    <>
      <dt>{label}</dt>
      <dd dir="auto">{people.map(showAddress).join(", ")}</dd>
    </>
  );
}

/** Who wrote to whom, and the mail as it came. */
export function MailDetails({ message }: { message: Message }) {
  const t = useT();
  const to = message.direction === "in" ? message.sender : message.to[0];
  return (
    <Popover
      label={t("mail.details")}
      width="l"
      trigger={
        <button type="button" className={styles.open}>
          <bdi>{to?.address}</bdi>
          <span className={to ? "sr-only" : undefined}>{t("mail.details")}</span>
          <ChevronDown data-print="no" />
        </button>
      }
    >
      <dl className={styles.list}>
        <Line label={t("mail.from")} people={message.sender ? [message.sender] : []} />
        <Line label={t("mail.to")} people={message.to} />
        <Line label={t("mail.cc")} people={message.cc} />
        <Line label={t("mail.bcc")} people={message.bcc} />
        {message.subject && (
          <>
            <dt>{t("field.subject")}</dt>
            <dd dir="auto">{message.subject}</dd>
          </>
        )}
        {message.sender_check !== null && (
          <>
            <dt>{t("mail.check")}</dt>
            <dd>{tName("sender_check", message.sender_check)}</dd>
          </>
        )}
        <dt>{t("mail.date")}</dt>
        <dd>{formatFull(message.created_at)}</dd>
      </dl>
      {message.has_source && (
        <a className={styles.source} href={`${BASE}/messages/${message.id}/source`} target="_blank" rel="noopener">
          {t("mail.source")}
        </a>
      )}
    </Popover>
  );
}
