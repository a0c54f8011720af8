import type { Order, Shipment } from "@parley/client/types";
import { Chip } from "@parley/ui/Chip";
import { ExternalLink } from "lucide-react";

import { formatAgo, formatDayShort, formatFull, formatShort } from "@/lib/format/time";
import { tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { useNow } from "@/lib/useNow";

import { judgeDelivery } from "./delivery";
import styles from "./panel.module.css";

/** Where a parcel is, without a map: its stages, what was promised and what is expected. */
export function ShipmentTrack({ order, shipment }: { order: Order; shipment: Shipment }) {
  const t = useT();
  const now = useNow();
  const way = judgeDelivery(order, shipment, now);
  const carrier = tOr("carrier", shipment.carrier, shipment.carrier);
  const events = shipment.events.toReversed();
  return (
    <section className={styles.part} aria-label={t("shipment.label", { number: shipment.number })}>
      <p className={styles.between}>
        <span>
          <bdi>{[carrier, shipment.number].filter(Boolean).join(" ")}</bdi>
          {shipment.direction === "return" && ` · ${t("shipment.back")}`}
        </span>
        {shipment.url !== "" && (
          <a href={shipment.url} target="_blank" rel="noreferrer" className={styles.out}>
            {t("shipment.track")}
            <ExternalLink />
          </a>
        )}
      </p>
      <ol className={styles.track} data-broken={way.broken}>
        {way.stages.map((stage, i) => (
          <li key={stage} data-reached={i < way.reached} aria-current={i === way.reached - 1 ? "step" : undefined}>
            {t(`shipmentstatus.${stage}`)}
          </li>
        ))}
      </ol>
      {way.broken && (
        <Chip size="s" tone="red">
          {t(`shipmentstatus.${shipment.status}`)}
        </Chip>
      )}
      <p className={styles.meta}>
        {[
          shipment.delivered_at !== null && t("shipment.delivered_on", { date: formatDayShort(shipment.delivered_at) }),
          way.expectedAt !== null && t("shipment.expected", { date: formatDayShort(way.expectedAt) }),
          way.promisedAt !== null && t("shipment.promised", { date: formatDayShort(way.promisedAt) }),
        ]
          .filter(Boolean)
          .join(" · ")}{" "}
        {way.late && (
          <Chip size="s" tone="red">
            {t("shipment.late")}
          </Chip>
        )}
      </p>
      {events.length > 0 && (
        <details className={styles.more}>
          <summary>{t("shipment.events", { n: events.length })}</summary>
          <ul className={styles.events}>
            {events.map((event, i) => (
              <li key={i}>
                <time dateTime={event.at} title={formatFull(event.at)}>
                  {formatShort(event.at)}
                </time>
                <span>
                  <bdi>{event.text || t(`shipmentstatus.${event.status}`)}</bdi>
                  {event.place !== "" && <bdi className={styles.meta}> {event.place}</bdi>}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {shipment.read_at !== null && shipment.delivered_at === null && <p className={styles.meta}>{t("shipment.read", { ago: formatAgo(shipment.read_at, now) })}</p>}
    </section>
  );
}
