import type { Message } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { TextField } from "@parley/ui/Field";
import { IconButton } from "@parley/ui/IconButton";
import { Menu, MenuItem, MenuLine } from "@parley/ui/Menu";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Copy, Ellipsis, Eraser, FileCode, Forward, Link2, Split } from "lucide-react";
import { useState } from "react";

import { useMay } from "@/lib/directory";
import { BASE } from "@/lib/http";
import { useT } from "@/lib/i18n/useT";
import { applyMessage } from "@/lib/live/apply";
import { explain } from "@/lib/problem";

import { redactMessage } from "../api";
import { SplitDialog } from "../merge/SplitDialog";
import { ForwardDialog } from "../page/ForwardDialog";
import styles from "./Message.module.css";

function RedactDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const redact = useMutation({
    mutationFn: () => redactMessage(message.id, reason),
    onSuccess: (fresh) => {
      applyMessage(client, fresh);
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      size="s"
      title={t("redact.title")}
      intro={t("redact.intro")}
      closeLabel={t("action.close_dialog")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone="danger" busy={redact.isPending} disabled={reason.trim() === ""} onClick={() => redact.mutate()}>
            {t("redact.do")}
          </Button>
        </>
      }
    >
      <TextField label={t("redact.reason")} hint={t("redact.reason_hint")} value={reason} onChange={(event) => setReason(event.target.value)} error={redact.error ? explain(redact.error) : undefined} />
    </Dialog>
  );
}

/** What can be done with one message. */
export function MessageMenu({ message }: { message: Message }) {
  const t = useT();
  const [open, setOpen] = useState<"redact" | "forward" | "split" | null>(null);
  const mayWrite = useMay("conversations:write");
  const mayRedact = useMay("conversations:redact");
  const copy = (text: string) => void navigator.clipboard.writeText(text).then(() => toast({ text: t("act.copied") }));
  return (
    <>
      <Menu
        align={message.direction === "in" ? "start" : "end"}
        trigger={<IconButton size="s" className={styles.menu} label={t("message.menu")} icon={<Ellipsis />} data-print="no" />}
      >
        <MenuItem icon={<Copy />} onSelect={() => copy(message.text)}>
          {t("message.copy")}
        </MenuItem>
        <MenuItem icon={<Link2 />} onSelect={() => copy(`${location.origin}/conversations/${message.conversation_id}#m-${message.id}`)}>
          {t("message.copy_link")}
        </MenuItem>
        {mayWrite && message.kind === "message" && (
          <MenuItem icon={<Forward />} onSelect={() => setOpen("forward")}>
            {t("cmd.forward")}
          </MenuItem>
        )}
        {mayWrite && (
          <MenuItem icon={<Split />} onSelect={() => setOpen("split")}>
            {t("split.menu")}
          </MenuItem>
        )}
        {message.has_source && (
          <MenuItem icon={<FileCode />} onSelect={() => openElsewhere(`${BASE}/messages/${message.id}/source`)}>
            {t("mail.source")}
          </MenuItem>
        )}
        {mayRedact && !message.redacted && (
          <>
            <MenuLine />
            <MenuItem icon={<Eraser />} danger onSelect={() => setOpen("redact")}>
              {t("redact.menu")}
            </MenuItem>
          </>
        )}
      </Menu>
      {open === "redact" && <RedactDialog message={message} onClose={() => setOpen(null)} />}
      {open === "split" && <SplitDialog message={message} onClose={() => setOpen(null)} />}
      {open === "forward" && <ForwardDialog conversationId={message.conversation_id} messageIds={[message.id]} onClose={() => setOpen(null)} />}
    </>
  );
}

function openElsewhere(url: string): void {
  window.open(url, "_blank", "noopener");
}
