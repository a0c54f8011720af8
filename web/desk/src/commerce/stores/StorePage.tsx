import type { Connector, Store } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Pause, Play } from "lucide-react";
import { useState, type ReactNode, type SubmitEvent } from "react";

import { useMay } from "@/lib/directory";
import { tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { CodeBlock } from "@/lib/settings/CodeBlock";
import { ConnectionTest } from "@/lib/settings/ConnectionTest";
import { Loading } from "@/lib/settings/Loading";
import { Page, Part } from "@/lib/settings/Page";
import { cleanValues, PluginForm, type Values } from "@/lib/settings/PluginForm";
import { RecordActions } from "@/lib/settings/RecordActions";

import { useStores } from "../useStores";
import { changeStore, listConnectors, removeStore, testStore } from "./api";
import { InstallButton } from "./InstallButton";
import { InstallOutcome } from "./InstallOutcome";
import { StateChip } from "./StateChip";
import { Syncs } from "./Syncs";

function Settings({ store, connector, onSaved }: { store: Store; connector: Connector; onSaved: () => void }) {
  const t = useT();
  const [name, setName] = useState(store.name);
  const [values, setValues] = useState<Values>(store.settings);
  const save = useMutation({
    mutationFn: () => changeStore(store.id, { name: name.trim(), settings: cleanValues(connector, values) }),
    onSuccess: () => {
      onSaved();
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
      <PluginForm of={connector.slug} kind={connector} values={values} secretsSet={store.secrets_set} error={save.error} onChange={setValues} />
      <div>
        <Button type="submit" tone="primary" busy={save.isPending} disabled={name.trim() === ""}>
          {t("action.save")}
        </Button>
      </div>
      <InstallButton connector={connector} name={name} values={values} storeId={store.id} />
    </form>
  );
}

/** One store: whether it works, how far it has been read, and its settings. */
export function StorePage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useMay("stores:write");
  const { id } = useParams({ from: "/desk/settings/stores/$id" });
  const { connected } = useSearch({ from: "/desk/settings/stores/$id" });
  const { query, byId } = useStores();
  const connectors = useQuery({ queryKey: keys.settings("connectors"), queryFn: listConnectors });
  const refresh = () => void client.invalidateQueries({ queryKey: keys.stores });
  const act = useMutation({ mutationFn: (run: () => Promise<unknown>) => run(), onSuccess: refresh, onError: (error) => toast({ tone: "red", text: explain(error) }) });
  const store = byId.get(id);
  const connector = connectors.data?.items.find((one) => one.slug === store?.plugin);
  if (!store || !connector) {
    return (
      <Page title={t("settings.stores")}>
        <Loading query={query.isError ? query : connectors}>{query.isSuccess && connectors.isSuccess && <Notice tone="amber">{t("stores.missing")}</Notice>}</Loading>
      </Page>
    );
  }
  const paused = store.state === "paused";
  const drop = () =>
    act.mutate(async () => {
      await removeStore(id);
      await navigate({ to: "/settings/stores" });
    });
  return (
    <Page
      title={store.name}
      intro={
        <span className="cluster">
          <StateChip state={store.state} />
          {[tOr("plugin", store.plugin, connector.title), store.domain, store.currency, store.time_zone].filter(Boolean).join(" · ")}
        </span>
      }
      action={
        mayWrite && (
          <span className="cluster">
            <Button icon={paused ? <Play /> : <Pause />} busy={act.isPending} onClick={() => act.mutate(() => changeStore(id, { state: paused ? "active" : "paused" }))}>
              {t(paused ? "action.resume" : "action.pause")}
            </Button>
            <RecordActions name={store.name} onRemove={drop} warning={t("stores.remove")} />
          </span>
        )
      }
    >
      <InstallOutcome connected={connected} />
      {store.error !== "" && (
        <Notice tone="red" title={t("stores.trouble")}>
          {store.error}
        </Notice>
      )}
      <Syncs store={store} />
      {mayWrite && (
        <Part title={t("stores.connection")}>
          <div className="stack">
            <ConnectionTest run={() => testStore(id)} />
            <Settings key={store.id} store={store} connector={connector} onSaved={refresh} />
          </div>
        </Part>
      )}
      <Part title={t("stores.hook")} intro={t("stores.hook_text")}>
        <CodeBlock code={store.hook_url} label={t("stores.hook")} />
      </Part>
    </Page>
  );
}
