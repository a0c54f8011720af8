import type { Channel } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { useMutation } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { LogIn } from "lucide-react";

import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { startOAuth } from "./api";

/** Lets the owner of a mailbox agree at his provider (OAuth), and tells how that went. */
export function ConnectMailbox({ channel }: { channel: Channel }) {
  const t = useT();
  const { connected, oauth_error: refused } = useSearch({ from: "/desk/settings/channels/$id" });
  const start = useMutation({ mutationFn: () => startOAuth(channel.id), onSuccess: ({ url }) => location.assign(url) });
  if (channel.settings.sign_in !== "oauth") return null;
  const done = channel.secrets_set.includes("oauth_refresh_token");
  return (
    <div className="stack">
      {refused !== undefined && <Notice tone="red" title={t("mailbox.refused")}>{refused}</Notice>}
      {connected !== undefined && <Notice tone="green">{t("mailbox.connected")}</Notice>}
      {start.error && <Notice tone="red">{explain(start.error)}</Notice>}
      {!done && <Notice tone="amber">{t("mailbox.not_yet")}</Notice>}
      <div>
        <Button tone={done ? "plain" : "primary"} icon={<LogIn className="mirrored" />} busy={start.isPending} onClick={() => start.mutate()}>
          {t(done ? "mailbox.again" : "mailbox.connect")}
        </Button>
      </div>
    </div>
  );
}
