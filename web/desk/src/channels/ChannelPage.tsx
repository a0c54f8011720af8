import type { Channel, ChannelKind } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { Tabs } from "@parley/ui/Tabs";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Pause, Play } from "lucide-react";
import { useState, type SubmitEvent, type ReactNode } from "react";

import { useMay } from "@/lib/directory";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { ConnectionTest } from "@/lib/settings/ConnectionTest";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";
import { cleanValues, type Values } from "@/lib/settings/PluginForm";
import { RecordActions } from "@/lib/settings/RecordActions";

import { changeChannel, getChannel, listKinds, removeChannel, testChannel } from "./api";
import { ConnectMailbox } from "./ConnectMailbox";
import { Install } from "./install/Install";
import { Senders } from "./Senders";
import { SettingsForm } from "./SettingsForm";

function Settings({ channel, kind, onSaved }: { channel: Channel; kind: ChannelKind; onSaved: (fresh: Channel) => void }) {
  const t = useT();
  const [name, setName] = useState(channel.name);
  const [values, setValues] = useState<Values>(channel.settings);
  const save = useMutation({
    mutationFn: () => changeChannel(channel.id, { name: name.trim(), settings: cleanValues(kind, values) }),
    onSuccess: (fresh) => {
      onSaved(fresh);
      toast({ text: t("settings.saved") });
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      {save.error && <Notice tone="red">{explain(save.error)}</Notice>}
      <TextField label={t("field.name")} value={name} maxLength={120} required onChange={(event) => setName(event.target.value)} error={fieldError(save.error, "name")} />
      <SettingsForm kind={kind} values={values} secretsSet={channel.secrets_set} error={save.error} onChange={setValues} />
      <div>
        <Button type="submit" tone="primary" busy={save.isPending}>
          {t("action.save")}
        </Button>
      </div>
    </form>
  );
}

/** One channel: its settings, whether the connection works, and for the chat how it gets onto the shop's pages. */
export function ChannelPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useMay("channels:write");
  const { id } = useParams({ from: "/desk/settings/channels/$id" });
  const key = keys.settings("channel", id);
  const query = useQuery({ queryKey: key, queryFn: () => getChannel(id) });
  const kinds = useQuery({ queryKey: keys.settings("channel-kinds"), queryFn: listKinds });
  const saved = (fresh: Channel) => {
    client.setQueryData(key, fresh);
    void client.invalidateQueries({ queryKey: keys.directory("channels") });
  };
  const act = useMutation({ mutationFn: (run: () => Promise<void>) => run(), onError: (error) => toast({ tone: "red", text: explain(error) }) });
  const channel = query.data;
  const kind = kinds.data?.items.find((one) => one.slug === channel?.plugin);
  if (!channel || !kind) {
    return (
      <Page title={t("settings.channels")}>
        <Loading query={query.isError ? query : kinds}>{null}</Loading>
      </Page>
    );
  }
  const running = channel.state !== "paused";
  const pause = () => act.mutate(async () => saved(await changeChannel(id, { state: running ? "paused" : "active" })));
  const drop = () =>
    act.mutate(async () => {
      await removeChannel(id);
      void client.invalidateQueries({ queryKey: keys.directory("channels") });
      await navigate({ to: "/settings/channels" });
    });
  const settings = mayWrite ? <Settings key={channel.id} channel={channel} kind={kind} onSaved={saved} /> : <Notice>{t("error.forbidden")}</Notice>;
  return (
    <Page
      wide
      title={channel.name}
      intro={
        <span className="cluster">
          <Chip size="s" tone={channel.state === "active" ? "green" : channel.state === "error" ? "red" : "plain"}>
            {t(`channelstate.${channel.state}`)}
          </Chip>
          {[tName("channel", channel.kind), channel.address].filter(Boolean).join(" · ")}
        </span>
      }
      action={
        mayWrite && (
          <span className="cluster">
            <Button icon={running ? <Pause /> : <Play />} busy={act.isPending} onClick={pause}>
              {t(running ? "action.pause" : "action.resume")}
            </Button>
            <RecordActions name={channel.name} onRemove={drop} warning={t("channels.remove")} />
          </span>
        )
      }
    >
      <div className="stack">
        {channel.error !== "" && <Notice tone="red" title={t("channels.trouble")}>{channel.error}</Notice>}
        {channel.kind === "chat" ? (
          <Tabs
            label={channel.name}
            tabs={[
              { id: "install", label: t("install.tab"), body: <Install channel={channel} onSaved={saved} /> },
              { id: "settings", label: t("channels.settings"), body: settings },
            ]}
          />
        ) : (
          <>
            {mayWrite && <ConnectMailbox channel={channel} />}
            {mayWrite && <ConnectionTest run={() => testChannel(channel.id)} />}
            {settings}
            {mayWrite && channel.capabilities.copies && <Senders channel={channel} />}
          </>
        )}
      </div>
    </Page>
  );
}
