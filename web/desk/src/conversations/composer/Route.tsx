import type { Conversation, Thread } from "@parley/client/types";
import { Menu, MenuItem } from "@parley/ui/Menu";
import { ChevronDown } from "lucide-react";
import { useState } from "react";

import { ChannelSign } from "@/lib/ChannelSign";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import { nameSender, useSenders } from "@/lib/senders";

import { AddressField } from "./AddressField";
import styles from "./Composer.module.css";
import type { LocalDraft } from "./drafts";

type RouteProps = { conversation: Conversation; draft: LocalDraft; thread: Thread | undefined; onChange: (part: Partial<LocalDraft>) => void };

function ThreadChoice({ conversation, thread, onChoose }: { conversation: Conversation; thread: Thread | undefined; onChoose: (id: string) => void }) {
  const t = useT();
  const label = thread ? t("composer.via", { channel: tName("channel", thread.kind), address: thread.kind === "email" ? (thread.address ?? "") : "" }) : t("composer.no_thread");
  if (conversation.threads.length < 2) {
    return (
      <span className={styles.thread}>
        {thread && <ChannelSign kind={thread.kind} />}
        <span>{label}</span>
      </span>
    );
  }
  return (
    <Menu
      align="start"
      side="top"
      trigger={
        <button type="button" className={styles.thread}>
          {thread && <ChannelSign kind={thread.kind} />}
          <span>{label}</span>
          <ChevronDown />
        </button>
      }
    >
      {conversation.threads.map((one) => (
        <MenuItem key={one.id} icon={<ChannelSign kind={one.kind} />} disabled={!one.can_reply} hint={one.can_reply ? (one.address ?? one.channel_name) : (one.reason ?? undefined)} onSelect={() => onChoose(one.id)}>
          {tName("channel", one.kind)}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** By which channel the answer goes, and to whom else. */
export function Route({ conversation, draft, thread, onChange }: RouteProps) {
  const t = useT();
  const own = draft.to.some((one) => one.address !== thread?.address);
  const [copies, setCopies] = useState(own || draft.cc.length + draft.bcc.length > 0);
  const mail = thread?.kind === "email";
  const { data: senders = [] } = useSenders(mail && copies ? thread.channel_id : null);
  const first = thread?.address ? [{ name: conversation.customer.name, address: thread.address }] : [];
  const known = conversation.threads.flatMap((one) => one.participants);
  return (
    <div className={styles.route}>
      <div className={styles.routeLine}>
        <ThreadChoice conversation={conversation} thread={thread} onChoose={(id) => onChange({ thread_id: id })} />
        {mail && !copies && (
          <button type="button" className={styles.copies} onClick={() => setCopies(true)}>
            {t("composer.copies")}
          </button>
        )}
      </div>
      {mail && copies && (
        <div className={styles.addresses}>
          {senders.length > 1 && (
            <label className={styles.sender}>
              <span>{t("mail.from")}</span>
              <select value={draft.sender_id ?? senders.find((one) => one.is_default)?.id ?? ""} onChange={(event) => onChange({ sender_id: event.target.value })}>
                {senders.map((one) => (
                  <option key={one.id} value={one.id}>
                    {nameSender(one)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <AddressField label={t("mail.to")} value={draft.to.length > 0 ? draft.to : first} onChange={(to) => onChange({ to })} suggestions={known} />
          <AddressField label={t("mail.cc")} value={draft.cc} onChange={(cc) => onChange({ cc })} suggestions={known} />
          <AddressField label={t("mail.bcc")} value={draft.bcc} onChange={(bcc) => onChange({ bcc })} suggestions={known} />
        </div>
      )}
    </div>
  );
}
