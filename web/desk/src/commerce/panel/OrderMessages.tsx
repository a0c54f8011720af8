import type { Id, OrderMessage } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { formatDate, formatFull } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";

import { cancelOrderMessage, listOrderMessages } from "../api";
import styles from "./panel.module.css";

type LineProps = { message: OrderMessage; onCancel: () => void; busy: boolean };

function Line({ message, onCancel, busy }: LineProps) {
  const t = useT();
  const at = message.finished_at ?? message.due_at ?? message.created_at;
  const reason = message.reasons.at(-1)?.key;
  return (
    <li>
      <span className={styles.between}>
        {message.conversation_id === null ? (
          <span>{t(`told.kind.${message.kind}`)}</span>
        ) : (
          <Link to="/conversations/$id" params={{ id: message.conversation_id }} className={styles.out}>
            {t(`told.kind.${message.kind}`)}
          </Link>
        )}
        <time dateTime={at} title={formatFull(at)}>
          {formatDate(at)}
        </time>
      </span>
      <span className={styles.meta}>
        {t(`told.state.${message.state}`)}
        {(message.state === "skipped" || message.state === "failed") && reason !== undefined && <> · {tName("why_reason", reason)}</>}
      </span>
      {message.state === "planned" && (
        <Button size="s" tone="quiet" disabled={busy} onClick={onCancel}>
          {t("told.cancel")}
        </Button>
      )}
    </li>
  );
}

/** What the shopper was told about an order by itself, will be told, or was not told and why. */
export function OrderMessages({ orderId }: { orderId: Id }) {
  const t = useT();
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: keys.orderMessages(orderId), queryFn: () => listOrderMessages(orderId) });
  const cancel = useMutation({
    mutationFn: cancelOrderMessage,
    onSettled: () => client.invalidateQueries({ queryKey: keys.orderMessages(orderId) }),
  });
  const items = data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <div className={styles.part}>
      <h4>{t("told.title")}</h4>
      <ul className={styles.rows}>
        {items.map((one) => (
          <Line key={one.id} message={one} busy={cancel.isPending} onCancel={() => cancel.mutate(one.id)} />
        ))}
      </ul>
    </div>
  );
}
