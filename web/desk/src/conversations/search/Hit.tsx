import type { SearchHit } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Chip } from "@parley/ui/Chip";
import { Link } from "@tanstack/react-router";

import { ChannelSign } from "@/lib/ChannelSign";
import { formatFull, formatShort } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";

import styles from "./Hit.module.css";
import { Marked } from "./Marked";
import { findTerms } from "./terms";

/** One conversation that was found: who, what about, and where in it the words stand. */
export function Hit({ hit, terms }: { hit: SearchHit; terms: readonly string[] }) {
  const t = useT();
  const { conversation: row } = hit;
  const name = nameCustomer(row.customer);
  const more = (hit.hits ?? 1) - 1;
  return (
    <li>
      <Link to="/conversations/$id" params={{ id: row.id }} hash={`m-${hit.message_id}`} className={styles.hit}>
        <Avatar name={name} seed={row.customer.id} colour={row.customer.avatar_colour} />
        <span className={styles.words}>
          <span className={styles.line}>
            <span className={styles.name} dir="auto">
              <Marked text={name} marks={findTerms(name, terms)} />
            </span>
            <span className={styles.channel} role="img" aria-label={tName("channel", row.channel.kind)} title={row.channel.name}>
              <ChannelSign kind={row.channel.kind} />
            </span>
            {row.subject && (
              <span className={styles.subject} dir="auto">
                <Marked text={row.subject} marks={findTerms(row.subject, terms)} />
              </span>
            )}
            {row.status !== "open" && <Chip size="s">{t(`status.${row.status}`)}</Chip>}
          </span>
          <span className={styles.snippet} dir="auto">
            <Marked text={hit.snippet} marks={hit.highlights} />
          </span>
          {more > 0 && <span className={styles.more}>{t("search.more_inside", { n: more })}</span>}
        </span>
        <span className={styles.meta}>
          <time dateTime={row.last_message_at} title={formatFull(row.last_message_at)}>
            {formatShort(row.last_message_at)}
          </time>
          <bdi>#{row.number}</bdi>
        </span>
      </Link>
    </li>
  );
}
