import type { Webhook } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { TextField } from "@parley/ui/Field";
import { MenuItem } from "@parley/ui/Menu";
import { Notice } from "@parley/ui/Notice";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { KeyRound, Pause, Play, Send } from "lucide-react";
import { useState, type ReactNode } from "react";

import { formatUpcoming } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page, Part } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";
import { RecordDialog } from "@/lib/settings/RecordDialog";
import { Secret } from "@/lib/settings/Secret";

import { changeWebhook, listWebhooks, removeWebhook, renewWebhookSecret, replayWebhook, testWebhook } from "../api";
import { Deliveries } from "./Deliveries";
import { WebhookDialog } from "./WebhookDialog";

function ReplayDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const t = useT();
  const [after, setAfter] = useState("");
  const replay = useMutation({
    mutationFn: () => replayWebhook(webhook.id, after.trim()),
    onSuccess: () => {
      toast({ text: t("webhooks.replaying") });
      onClose();
    },
  });
  return (
    <RecordDialog title={t("webhooks.replay")} intro={t("webhooks.replay_intro")} confirm={t("webhooks.replay")} busy={replay.isPending} error={replay.error} fields={["after"]} ready={after.trim() !== ""} onSubmit={() => replay.mutate()} onClose={onClose}>
      <TextField label={t("webhooks.cursor")} hint={t("webhooks.cursor_now", { cursor: webhook.cursor })} error={fieldError(replay.error, "after")} value={after} spellCheck={false} onChange={(event) => setAfter(event.target.value)} />
    </RecordDialog>
  );
}

/** One webhook: what was delivered, what failed, and telling it again. */
export function WebhookPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { id } = useParams({ from: "/desk/settings/webhooks/$id" });
  const key = keys.settings("webhooks");
  const query = useQuery({ queryKey: key, queryFn: listWebhooks });
  const webhook = query.data?.items.find((one) => one.id === id);
  const [open, setOpen] = useState<"edit" | "replay" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const refresh = () => Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: keys.settings("deliveries", id) })]);
  const act = useMutation({ mutationFn: (run: () => Promise<unknown>) => run(), onSuccess: refresh, onError: (error) => toast({ tone: "red", text: explain(error) }) });
  const test = () =>
    act.mutate(async () => {
      await testWebhook(id);
      toast({ text: t("webhooks.test_sent") });
    });
  const renew = () =>
    act.mutate(async () => {
      setSecret((await renewWebhookSecret(id)).secret ?? null);
    });
  const drop = () =>
    act.mutate(async () => {
      await removeWebhook(id);
      await navigate({ to: "/settings/webhooks" });
    });
  if (!webhook) {
    return (
      <Page title={t("settings.webhooks")}>
        <Loading query={query}>
          <Notice>{t("error.not_found")}</Notice>
        </Loading>
      </Page>
    );
  }
  const running = webhook.state !== "paused";
  return (
    <Page
      wide
      title={webhook.url}
      intro={
        <span className="cluster">
          <Chip size="s" tone={webhook.state === "active" ? "green" : webhook.state === "failing" ? "red" : "plain"}>
            {t(`webhookstate.${webhook.state}`)}
          </Chip>
          {webhook.failures > 0 && t("webhooks.failures", { n: webhook.failures })}
        </span>
      }
      action={
        <span className="cluster">
          <Button icon={<Send />} busy={act.isPending} onClick={test}>
            {t("webhooks.test")}
          </Button>
          <Button icon={running ? <Pause /> : <Play />} onClick={() => act.mutate(() => changeWebhook(id, { state: running ? "paused" : "active" }))}>
            {t(running ? "action.pause" : "action.resume")}
          </Button>
          <Button onClick={() => setOpen("replay")}>{t("webhooks.replay")}</Button>
          <RecordActions name={webhook.url} onEdit={() => setOpen("edit")} onRemove={drop} warning={t("webhooks.remove")}>
            <MenuItem icon={<KeyRound />} onSelect={renew}>
              {t("webhooks.renew")}
            </MenuItem>
          </RecordActions>
        </span>
      }
    >
      {webhook.last_error !== "" && (
        <Notice tone="red" title={t("webhooks.last_error")}>
          {webhook.last_error}
          {webhook.retry_at !== null && ` ${t("webhooks.next_try", { at: formatUpcoming(webhook.retry_at) })}`}
        </Notice>
      )}
      <Part title={t("webhooks.deliveries")}>
        <Deliveries id={id} />
      </Part>
      {secret !== null && <Secret title={t("webhooks.secret")} text={t("webhooks.secret_text")} value={secret} onClose={() => setSecret(null)} />}
      {open === "replay" && <ReplayDialog webhook={webhook} onClose={() => setOpen(null)} />}
      {open === "edit" && (
        <WebhookDialog
          webhook={webhook}
          onClose={() => setOpen(null)}
          onSaved={() => {
            setOpen(null);
            void refresh();
          }}
        />
      )}
    </Page>
  );
}
