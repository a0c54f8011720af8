import type { Id, Message } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { CheckField } from "@parley/ui/Field";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { formatClock } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { flattenTimeline, type TimelinePages } from "@/lib/live/timeline";
import { keys } from "@/lib/query";

import { isMessage, listChosen } from "./choose";
import styles from "./Join.module.css";
import { useJoining } from "./useJoining";

/** Choose the messages that become a conversation of their own; what is chosen is what is seen. */
export function SplitDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const { split } = useJoining();
  const [chosen, setChosen] = useState<ReadonlySet<Id>>(new Set([message.id]));
  const [later, setLater] = useState(false);
  const shown = flattenTimeline(client.getQueryData<TimelinePages>(keys.timeline(message.conversation_id))).filter(isMessage);
  const going = listChosen(shown, chosen, later);
  const toggle = (id: Id) => setChosen((old) => new Set(old.has(id) ? [...old].filter((one) => one !== id) : [...old, id]));
  const confirm = () => split.mutate({ id: message.conversation_id, messages: [...chosen], later }, { onSuccess: onClose });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("split.title")}
      intro={t("split.intro")}
      closeLabel={t("action.close_dialog")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone="primary" busy={split.isPending} disabled={going.size === 0} onClick={confirm}>
            {t("split.confirm", { n: going.size })}
          </Button>
        </>
      }
    >
      <div className={styles.preview}>
        <CheckField label={t("split.later")} checked={later} onChange={(event) => setLater(event.target.checked)} />
        <ul className={styles.found}>
          {shown.map((one) => (
            <li key={one.id} className={styles.splitLine} data-goes={going.has(one.id)}>
              <CheckField
                label={`${one.author.name || t("customer.visitor")} · ${formatClock(one.created_at)}`}
                hint={one.text.slice(0, 160)}
                checked={going.has(one.id)}
                disabled={later && going.has(one.id) && !chosen.has(one.id)}
                onChange={() => toggle(one.id)}
              />
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
