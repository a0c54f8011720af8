import type { Connection, Connector } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { TextField } from "@parley/ui/Field";
import { MenuItem } from "@parley/ui/Menu";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CreditCard, Pause, Play, Plus, Truck } from "lucide-react";
import { useState } from "react";

import { useMay } from "@/lib/directory";
import { tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { CodeBlock } from "@/lib/settings/CodeBlock";
import { Part, Record, RecordList } from "@/lib/settings/Page";
import { cleanValues, listSaying, PluginForm, type Values } from "@/lib/settings/PluginForm";
import { RecordActions } from "@/lib/settings/RecordActions";
import { RecordDialog } from "@/lib/settings/RecordDialog";

import { changeConnection, listConnections, listConnectors, removeConnection } from "./api";
import { NewConnection } from "./NewConnection";
import { StateChip } from "./StateChip";
import styles from "./Stores.module.css";

function EditConnection({ connection, connector, onClose }: { connection: Connection; connector: Connector; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [name, setName] = useState(connection.name);
  const [values, setValues] = useState<Values>(connection.settings);
  const save = useMutation({
    mutationFn: () => changeConnection(connection.id, { name: name.trim(), settings: cleanValues(connector, values) }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.connections });
      onClose();
    },
  });
  return (
    <RecordDialog size="m" title={connection.name} busy={save.isPending} error={save.error} fields={["name", ...listSaying(connector, values)]} ready={name.trim() !== ""} onSubmit={() => save.mutate()} onClose={onClose}>
      <TextField label={t("field.name")} value={name} maxLength={120} onChange={(event) => setName(event.target.value)} error={fieldError(save.error, "name")} />
      <PluginForm of={connector.slug} kind={connector} values={values} secretsSet={connection.secrets_set} error={save.error} onChange={setValues} />
      <div>
        <p className={styles.meta}>{t("stores.hook_text")}</p>
        <CodeBlock code={connection.hook_url} label={t("stores.hook")} />
      </div>
    </RecordDialog>
  );
}

/** Carriers and payment providers: who carries parcels, and who moves money where the store does not. */
export function Connections() {
  const t = useT();
  const client = useQueryClient();
  const mayWrite = useMay("stores:write");
  const { data } = useQuery({ queryKey: keys.connections, queryFn: listConnections });
  const { data: connectors } = useQuery({ queryKey: keys.settings("connectors"), queryFn: listConnectors });
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<Connection | null>(null);
  const refresh = () => void client.invalidateQueries({ queryKey: keys.connections });
  const act = useMutation({ mutationFn: (run: () => Promise<unknown>) => run(), onSettled: refresh, onError: (error) => toast({ tone: "red", text: explain(error) }) });
  const items = data?.items ?? [];
  const offered = (connectors?.items ?? []).some((one) => one.kind !== "store");
  const connector = connectors?.items.find((one) => one.slug === editing?.plugin);
  return (
    <Part
      title={t("connections.title")}
      intro={t("connections.intro")}
      action={
        mayWrite &&
        offered && (
          <Button icon={<Plus />} onClick={() => setAdding(true)}>
            {t("connections.new")}
          </Button>
        )
      }
    >
      {items.length === 0 ? (
        <p className={styles.meta}>{t("connections.empty")}</p>
      ) : (
        <RecordList label={t("connections.title")}>
          {items.map((one) => (
            <Record
              key={one.id}
              icon={one.kind === "carrier" ? <Truck /> : <CreditCard />}
              title={one.name}
              marks={<StateChip state={one.state} />}
              meta={one.error || [tOr("plugin", one.plugin, one.plugin), t(`connectionkind.${one.kind}`)].join(" · ")}
              actions={
                mayWrite && (
                  <RecordActions name={one.name} onEdit={() => setEditing(one)} onRemove={() => act.mutate(() => removeConnection(one.id))} warning={t("connections.remove")}>
                    <MenuItem icon={one.state === "paused" ? <Play /> : <Pause />} onSelect={() => act.mutate(() => changeConnection(one.id, { state: one.state === "paused" ? "active" : "paused" }))}>
                      {t(one.state === "paused" ? "action.resume" : "action.pause")}
                    </MenuItem>
                  </RecordActions>
                )
              }
            />
          ))}
        </RecordList>
      )}
      {adding && (
        <NewConnection
          kinds={["carrier", "payments"]}
          onClose={() => setAdding(false)}
          onDone={() => {
            setAdding(false);
            refresh();
          }}
        />
      )}
      {editing && connector && <EditConnection key={editing.id} connection={editing} connector={connector} onClose={() => setEditing(null)} />}
    </Part>
  );
}
