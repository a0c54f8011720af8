import type { Connection, Connector, Store } from "@parley/client/types";
import { Dialog } from "@parley/ui/Dialog";
import { TextField } from "@parley/ui/Field";
import { useMutation, useQuery } from "@tanstack/react-query";
import { CreditCard, Store as StoreSign, Truck } from "lucide-react";
import { useState } from "react";

import { tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { cleanValues, listSaying, PluginForm, startValues } from "@/lib/settings/PluginForm";
import { RecordDialog } from "@/lib/settings/RecordDialog";

import { createConnection, createStore, listConnectors } from "./api";
import { InstallButton } from "./InstallButton";
import styles from "./Stores.module.css";

const SIGNS = { store: <StoreSign />, carrier: <Truck />, payments: <CreditCard /> };

type Made = { kind: "store"; made: Store } | { kind: "carrier" | "payments"; made: Connection };
type NewProps = { kinds: readonly Connector["kind"][]; onClose: () => void; onDone: (made: Made) => void };

function ConnectorForm({ connector, onClose, onDone }: Omit<NewProps, "kinds"> & { connector: Connector }) {
  const t = useT();
  const title = tOr("plugin", connector.slug, connector.title);
  const [name, setName] = useState(connector.kind === "store" ? "" : title);
  const [values, setValues] = useState(() => startValues(connector));
  const make = useMutation({
    mutationFn: async (): Promise<Made> => {
      const body = { plugin: connector.slug, name: name.trim(), settings: cleanValues(connector, values) };
      return connector.kind === "store" ? { kind: "store", made: await createStore(body) } : { kind: connector.kind, made: await createConnection(body) };
    },
    onSuccess: onDone,
  });
  return (
    <RecordDialog size="m" title={title} intro={tOr("plugin_text", connector.slug, connector.description)} confirm={t("channels.connect")} busy={make.isPending} error={make.error} fields={["name", ...listSaying(connector, values)]} onSubmit={() => make.mutate()} onClose={onClose}>
      <TextField label={t("field.name")} hint={connector.kind === "store" ? t("stores.name_hint") : undefined} value={name} maxLength={120} onChange={(event) => setName(event.target.value)} error={fieldError(make.error, "name")} />
      <PluginForm of={connector.slug} kind={connector} values={values} secretsSet={[]} error={make.error} onChange={setValues} />
      <InstallButton connector={connector} name={name} values={values} />
    </RecordDialog>
  );
}

/** Which shop system, carrier or bank, then its settings. */
export function NewConnection({ kinds, onClose, onDone }: NewProps) {
  const t = useT();
  const query = useQuery({ queryKey: keys.settings("connectors"), queryFn: listConnectors });
  const [connector, setConnector] = useState<Connector | null>(null);
  if (connector) return <ConnectorForm connector={connector} onClose={onClose} onDone={onDone} />;
  const offered = query.data?.items.filter((one) => kinds.includes(one.kind)) ?? [];
  const forStores = kinds.includes("store");
  return (
    <Dialog open onClose={onClose} title={t(forStores ? "stores.new" : "connections.new")} intro={t(forStores ? "stores.choose" : "connections.choose")} closeLabel={t("action.close_dialog")}>
      <Loading query={query}>
        {offered.length === 0 && <p className={styles.meta}>{t("connections.none_offered")}</p>}
        <ul className={styles.kinds}>
          {offered.map((one) => (
            <li key={one.slug}>
              <button type="button" className={styles.kind} onClick={() => setConnector(one)}>
                {SIGNS[one.kind]}
                <span>
                  <span className={styles.kindTitle}>{tOr("plugin", one.slug, one.title)}</span>
                  <span className={styles.meta}>{tOr("plugin_text", one.slug, one.description)}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </Loading>
    </Dialog>
  );
}
