import type { ApiToken } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { CheckField, SelectField, TextField } from "@parley/ui/Field";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeySquare, Plus } from "lucide-react";
import { useState, type ReactNode } from "react";

import { formatAgo, formatDate } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";
import { RecordDialog } from "@/lib/settings/RecordDialog";
import { Secret } from "@/lib/settings/Secret";

import { createToken, listScopes, listTokens, revokeToken } from "./api";
import styles from "./TokensPage.module.css";

const LIVES = [30, 90, 365, 0];

function expiry(days: number): string | null {
  return days === 0 ? null : new Date(Date.now() + days * 86_400_000).toISOString();
}

function TokenDialog({ onClose, onMade }: { onClose: () => void; onMade: (token: ApiToken) => void }) {
  const t = useT();
  const { data: known } = useQuery({ queryKey: keys.settings("scopes"), queryFn: listScopes, staleTime: Infinity });
  const [name, setName] = useState("");
  const [days, setDays] = useState(90);
  const [scopes, setScopes] = useState<string[]>(["conversations:read"]);
  const make = useMutation({ mutationFn: () => createToken({ name: name.trim(), scopes, expires_at: expiry(days) }), onSuccess: onMade });
  return (
    <RecordDialog size="m" title={t("tokens.new")} intro={t("tokens.new_intro")} confirm={t("tokens.make")} busy={make.isPending} error={make.error} fields={["name"]} ready={name.trim() !== "" && scopes.length > 0} onClose={onClose} onSubmit={() => make.mutate()}>
      <TextField label={t("tokens.name")} placeholder={t("tokens.example")} value={name} maxLength={80} onChange={(event) => setName(event.target.value)} error={fieldError(make.error, "name")} />
      <SelectField label={t("tokens.life")} value={String(days)} onChange={(event) => setDays(Number(event.target.value))}>
        {LIVES.map((n) => (
          <option key={n} value={n}>
            {n === 0 ? t("tokens.forever") : t("tokens.days", { n })}
          </option>
        ))}
      </SelectField>
      <fieldset>
        <legend>{t("tokens.scopes")}</legend>
        <div className={styles.scopes}>
          {known?.items.map((scope) => (
            <CheckField key={scope} label={<code>{scope}</code>} checked={scopes.includes(scope)} onChange={(event) => setScopes((old) => (event.target.checked ? [...old, scope] : old.filter((one) => one !== scope)))} />
          ))}
        </div>
      </fieldset>
    </RecordDialog>
  );
}

/** Keys for other programs. */
export function TokensPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const key = keys.settings("tokens");
  const query = useQuery({ queryKey: key, queryFn: listTokens });
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<ApiToken | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: key });
  const revoke = useMutation({ mutationFn: revokeToken, onSuccess: refresh, onError: (error) => toast({ tone: "red", text: explain(error) }) });
  const items = query.data?.items ?? [];
  const add = (
    <Button tone="primary" icon={<Plus />} onClick={() => setMaking(true)}>
      {t("tokens.new")}
    </Button>
  );
  const describe = (one: ApiToken) =>
    [one.scopes.join(", "), one.last_used_at === null ? t("tokens.unused") : t("security.used", { date: formatAgo(one.last_used_at) }), one.expires_at === null ? null : t("tokens.until", { date: formatDate(one.expires_at) })].filter(Boolean).join(" · ");
  return (
    <Page
      title={t("settings.tokens")}
      intro={
        <>
          {t("tokens.intro")}{" "}
          <a className={styles.docs} href="/api/openapi.json" target="_blank" rel="noopener">
            {t("tokens.docs")}
          </a>
        </>
      }
      action={add}
    >
      <Loading query={query}>
        {items.length === 0 ? (
          <Empty icon={<KeySquare />} title={t("tokens.empty_title")} action={add}>
            {t("tokens.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.tokens")}>
            {items.map((one) => (
              <Record key={one.id} icon={<KeySquare />} title={one.name} marks={<code>{one.hint}</code>} meta={describe(one)} actions={<RecordActions name={one.name} onRemove={() => revoke.mutate(one.id)} warning={t("tokens.remove")} />} />
            ))}
          </RecordList>
        )}
      </Loading>
      {making && (
        <TokenDialog
          onClose={() => setMaking(false)}
          onMade={(token) => {
            setMaking(false);
            setMade(token);
            void refresh();
          }}
        />
      )}
      {made?.token && <Secret title={t("tokens.made")} text={t("tokens.made_text")} value={made.token} onClose={() => setMade(null)} />}
    </Page>
  );
}
