import type { Conversation } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { IconButton } from "@parley/ui/IconButton";
import { Menu, MenuCheck, MenuItem, MenuLine, MenuSub } from "@parley/ui/Menu";
import { toast } from "@parley/ui/Toasts";
import { Ban, Clock, Download, Ellipsis, Flag, Forward, Link2, MailOpen, Merge, PanelRight, Printer, ShieldAlert, UserRound } from "lucide-react";
import { useState } from "react";

import { keysOf, type CommandId } from "@/lib/commands/table";
import { runCommand, useCommands } from "@/lib/commands/useCommands";
import { useMay } from "@/lib/directory";
import { BASE } from "@/lib/http";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";
import { useWide } from "@/lib/useWide";

import { useActs } from "../acts/useActs";
import { JoinDialog } from "../merge/JoinDialog";
import { ForwardDialog } from "./ForwardDialog";

/** What stands in the head itself where there is room. The menu gives the focus back before the next thing opens. */
function HeadItems({ mayWrite }: { mayWrite: boolean }) {
  const t = useT();
  const later = (id: CommandId) => () => setTimeout(() => runCommand(id), 60);
  return (
    <>
      {mayWrite && (
        <>
          <MenuItem icon={<UserRound />} onSelect={later("conversation.assign")}>
            {t("cmd.assign")}
          </MenuItem>
          <MenuItem icon={<Clock />} onSelect={later("conversation.snooze")}>
            {t("cmd.snooze")}
          </MenuItem>
        </>
      )}
      <MenuItem icon={<PanelRight className="mirrored" />} onSelect={later("conversation.panel")}>
        {t("panel.label")}
      </MenuItem>
      <MenuLine />
    </>
  );
}

const FORMATS = ["html", "txt", "json", "mbox"] as const;

/** What is done with a conversation now and then. */
export function MoreMenu({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const t = useT();
  const { change, setUnread, spam } = useActs();
  const mayWrite = useMay("conversations:write");
  const wide = useWide("48.01rem");
  const [open, setOpen] = useState<"forward" | "merge" | "block" | "export" | null>(null);
  const copyLink = () => void navigator.clipboard.writeText(`${location.origin}/conversations/${conversation.id}`).then(() => toast({ text: t("act.copied") }));
  const unread = () => {
    onDone();
    void setUnread(conversation, true);
  };
  const markSpam = () => {
    onDone();
    void spam(conversation, false);
  };
  const download = (format: string) => location.assign(`${BASE}/conversations/${conversation.id}/export?format=${format}`);
  useCommands({
    "conversation.unread": unread,
    "conversation.spam": markSpam,
    "conversation.block": () => setOpen("block"),
    "conversation.forward": () => setOpen("forward"),
    "conversation.merge": () => setOpen("merge"),
    "conversation.export": () => setOpen("export"),
    "conversation.print": () => print(),
    "conversation.copy_link": copyLink,
  });
  return (
    <>
      <Menu trigger={<IconButton size="s" label={t("action.more")} icon={<Ellipsis />} />}>
        {!wide && <HeadItems mayWrite={mayWrite} />}
        <MenuItem icon={<MailOpen />} keys={keysOf("conversation.unread")} onSelect={unread}>
          {t("cmd.unread")}
        </MenuItem>
        {mayWrite && (
          <MenuSub icon={<Flag />} label={t("cmd.priority")}>
            {(["urgent", "high", "normal", "low"] as const).map((priority) => (
              <MenuCheck key={priority} checked={conversation.priority === priority} onChange={() => void change(conversation, { priority })}>
                {t(`priority.${priority}`)}
              </MenuCheck>
            ))}
          </MenuSub>
        )}
        <MenuLine />
        {mayWrite && (
          <MenuItem icon={<Forward />} keys={keysOf("conversation.forward")} onSelect={() => setOpen("forward")}>
            {t("cmd.forward")}
          </MenuItem>
        )}
        {mayWrite && (
          <MenuItem icon={<Merge />} onSelect={() => setOpen("merge")}>
            {t("cmd.merge")}
          </MenuItem>
        )}
        <MenuSub icon={<Download />} label={t("cmd.export")}>
          {FORMATS.map((format) => (
            <MenuItem key={format} onSelect={() => download(format)}>
              {t(`export.${format}`)}
            </MenuItem>
          ))}
        </MenuSub>
        <MenuItem icon={<Printer />} onSelect={() => setTimeout(() => print(), 50)}>
          {t("cmd.print")}
        </MenuItem>
        <MenuItem icon={<Link2 />} onSelect={copyLink}>
          {t("cmd.copy_link")}
        </MenuItem>
        {mayWrite && <MenuLine />}
        {mayWrite && conversation.status !== "spam" && (
          <MenuItem icon={<ShieldAlert />} keys={keysOf("conversation.spam")} onSelect={markSpam}>
            {t("cmd.spam")}
          </MenuItem>
        )}
        {mayWrite && !conversation.customer.blocked && (
          <MenuItem icon={<Ban />} danger onSelect={() => setOpen("block")}>
            {t("cmd.block")}
          </MenuItem>
        )}
      </Menu>
      {open === "forward" && <ForwardDialog conversationId={conversation.id} messageIds={null} onClose={() => setOpen(null)} />}
      {open === "merge" && <JoinDialog conversation={conversation} onClose={() => setOpen(null)} />}
      <Dialog open={open === "export"} onClose={() => setOpen(null)} size="s" title={t("cmd.export")} intro={t("export.intro")} closeLabel={t("action.close_dialog")}>
        <div className="cluster">
          {FORMATS.map((format) => (
            <Button key={format} onClick={() => download(format)}>
              {t(`export.${format}`)}
            </Button>
          ))}
        </div>
      </Dialog>
      <Dialog
        open={open === "block"}
        onClose={() => setOpen(null)}
        size="s"
        title={t("block.title", { name: nameCustomer(conversation.customer) })}
        intro={t("block.intro")}
        closeLabel={t("action.close_dialog")}
        footer={
          <>
            <Button onClick={() => setOpen(null)}>{t("action.cancel")}</Button>
            <Button
              tone="danger"
              onClick={() => {
                setOpen(null);
                onDone();
                void spam(conversation, true);
              }}
            >
              {t("cmd.block")}
            </Button>
          </>
        }
      />
    </>
  );
}
