import type { Channel, ChannelKind } from "@parley/client/types";
import { Dialog } from "@parley/ui/Dialog";
import { SelectField, TextField } from "@parley/ui/Field";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ChannelSign } from "@/lib/ChannelSign";
import { useBrands } from "@/lib/directory";
import { tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { cleanValues, startValues } from "@/lib/settings/PluginForm";
import { RecordDialog } from "@/lib/settings/RecordDialog";

import { createChannel, listKinds } from "./api";
import styles from "./Channels.module.css";
import { listSaying, SettingsForm } from "./SettingsForm";

type NewChannelProps = { onClose: () => void; onDone: (channel: Channel) => void };

function KindForm({ kind, onClose, onDone }: NewChannelProps & { kind: ChannelKind }) {
  const t = useT();
  const { items: brands } = useBrands();
  const title = tOr("plugin", kind.slug, kind.title);
  const [name, setName] = useState(title);
  const [brandId, setBrandId] = useState<string | null>(null);
  const [values, setValues] = useState(() => startValues(kind));
  const make = useMutation({
    mutationFn: () => createChannel({ plugin: kind.slug, name: name.trim(), brand_id: brandId ?? brands[0]?.id ?? null, settings: cleanValues(kind, values) }),
    onSuccess: onDone,
  });
  return (
    <RecordDialog size="m" title={title} intro={tOr("plugin_text", kind.slug, kind.description)} confirm={t("channels.connect")} busy={make.isPending} error={make.error} fields={["name", ...listSaying(kind, values)]} ready={name.trim() !== ""} onSubmit={() => make.mutate()} onClose={onClose}>
      <TextField label={t("field.name")} hint={t("channels.name_hint")} value={name} maxLength={120} onChange={(event) => setName(event.target.value)} error={fieldError(make.error, "name")} />
      {brands.length > 1 && (
        <SelectField label={t("channels.brand")} value={brandId ?? brands[0]?.id ?? ""} onChange={(event) => setBrandId(event.target.value)}>
          {brands.map((brand) => (
            <option key={brand.id} value={brand.id}>
              {brand.name}
            </option>
          ))}
        </SelectField>
      )}
      <SettingsForm kind={kind} values={values} secretsSet={[]} error={make.error} onChange={setValues} />
    </RecordDialog>
  );
}

/** Which kind of channel, then its settings. */
export function NewChannel({ onClose, onDone }: NewChannelProps) {
  const t = useT();
  const query = useQuery({ queryKey: keys.settings("channel-kinds"), queryFn: listKinds });
  const [kind, setKind] = useState<ChannelKind | null>(null);
  if (kind) return <KindForm kind={kind} onClose={onClose} onDone={onDone} />;
  return (
    <Dialog open onClose={onClose} title={t("channels.new")} intro={t("channels.choose")} closeLabel={t("action.close_dialog")}>
      <Loading query={query}>
        <ul className={styles.kinds}>
          {query.data?.items.map((one) => (
            <li key={one.slug}>
              <button type="button" className={styles.kind} onClick={() => setKind(one)}>
                <ChannelSign kind={one.kind} />
                <span>
                  <span className={styles.kindTitle}>{tOr("plugin", one.slug, one.title)}</span>
                  <br />
                  <span className={styles.hint}>{tOr("plugin_text", one.slug, one.description)}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </Loading>
    </Dialog>
  );
}
