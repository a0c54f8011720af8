import type { Conversation, ConversationRow } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { Dialog } from "@parley/ui/Dialog";
import { Notice } from "@parley/ui/Notice";
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import { useState } from "react";

import { formatAgo } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";

import { FindConversation } from "./FindConversation";
import styles from "./Join.module.css";
import { useJoining } from "./useJoining";

function Side({ row, stays }: { row: ConversationRow; stays: boolean }) {
  const t = useT();
  return (
    <section className={styles.side} data-stays={stays} aria-label={t("conversation.label", { number: row.number })}>
      <Chip size="s" tone={stays ? "green" : "plain"}>
        {t(stays ? "merge.stays" : "merge.goes")}
      </Chip>
      <strong>
        #{row.number} <bdi>{row.subject}</bdi>
      </strong>
      <bdi>{nameCustomer(row.customer)}</bdi>
      <p className={styles.words} dir="auto">
        {row.preview?.text}
      </p>
      <small>
        {t("join.messages", { n: row.message_count })} · {formatAgo(row.last_message_at)}
      </small>
    </section>
  );
}

/** Finds another conversation, shows both side by side, and makes one of them part of the other. */
export function JoinDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const { merge } = useJoining();
  const [chosen, setChosen] = useState<ConversationRow | null>(null);
  const [swapped, setSwapped] = useState(false);
  const [source, target] = swapped ? [chosen, conversation] : [conversation, chosen];
  const strangers = chosen !== null && chosen.customer.id !== conversation.customer.id;
  const confirm = () => {
    if (!source || !target) return;
    merge.mutate(
      { id: source.id, into: target.id, otherCustomer: strangers },
      {
        onSuccess: () => {
          onClose();
          if (target.id !== conversation.id) void navigate({ to: "/conversations/$id", params: { id: target.id } });
        },
      },
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("join.title", { number: conversation.number })}
      intro={t("join.intro")}
      closeLabel={t("action.close_dialog")}
      footer={
        chosen && (
          <>
            <Button tone="quiet" icon={<ArrowLeftRight />} onClick={() => setSwapped(!swapped)}>
              {t("merge.swap")}
            </Button>
            <Button onClick={() => setChosen(null)}>{t("join.other")}</Button>
            <Button tone={strangers ? "danger" : "primary"} busy={merge.isPending} onClick={confirm}>
              {t(strangers ? "join.confirm_strangers" : "merge.confirm")}
            </Button>
          </>
        )
      }
    >
      {source && target ? (
        <div className={styles.preview}>
          <div className={styles.sides}>
            <Side row={target} stays />
            <Side row={source} stays={false} />
          </div>
          {strangers && (
            <Notice tone="amber" title={t("join.strangers")}>
              {t("join.strangers_why")}
            </Notice>
          )}
          <p>{t("join.what", { number: source.number, into: target.number })}</p>
        </div>
      ) : (
        <FindConversation not={conversation.id} customer={conversation.customer.id} onChoose={setChosen} />
      )}
    </Dialog>
  );
}
