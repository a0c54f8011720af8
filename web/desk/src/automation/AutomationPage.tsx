import type { DeciderSettings, Page as PageOf } from "@parley/client/types";
import { CheckField, SelectField, TextField } from "@parley/ui/Field";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { useMay } from "@/lib/directory";
import { api, unwrap } from "@/lib/http";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page, Part } from "@/lib/settings/Page";

type Decided = { decider: DeciderSettings; disabled: boolean; onChange: (change: Partial<Pick<DeciderSettings, "enabled" | "values">>) => void };

function Assignment({ decider, disabled, onChange }: Decided) {
  const t = useT();
  const { values, enabled } = decider;
  const gives = enabled && values.mode !== "manual";
  return (
    <Part title={t("flow.title")}>
      <div className="stack">
        <SelectField
          label={t("flow.assign")}
          disabled={disabled}
          value={gives ? "least_busy" : "manual"}
          onChange={(event) => onChange({ enabled: true, values: { ...values, mode: event.target.value } })}
        >
          <option value="least_busy">{t("flow.assign_least")}</option>
          <option value="manual">{t("flow.assign_manual")}</option>
        </SelectField>
        {gives && (
          <>
            <TextField
              key={String(values.limit)}
              type="number"
              min={1}
              max={1000}
              disabled={disabled}
              label={t("flow.assign_limit")}
              hint={t("flow.assign_limit_hint")}
              defaultValue={String(values.limit)}
              onBlur={(event) => {
                const limit = Math.round(Number(event.target.value));
                if (limit >= 1 && limit !== values.limit) onChange({ values: { ...values, limit } });
              }}
            />
            <CheckField as="switch" disabled={disabled} label={t("flow.assign_team")} checked={values.team_only === true} onChange={(event) => onChange({ values: { ...values, team_only: event.target.checked } })} />
          </>
        )}
      </div>
    </Part>
  );
}

function LeaveMessage({ decider, disabled, onChange }: Decided) {
  const t = useT();
  const { values, enabled } = decider;
  return (
    <Part title={t("flow.title_away")}>
      <div className="stack">
        <CheckField as="switch" disabled={disabled} label={t("flow.away")} checked={enabled} onChange={(event) => onChange({ enabled: event.target.checked })} />
        {enabled && <CheckField as="switch" disabled={disabled} label={t("flow.away_email")} checked={values.ask_email === true} onChange={(event) => onChange({ values: { ...values, ask_email: event.target.checked } })} />}
      </div>
    </Part>
  );
}

/** What Parley decides by itself. */
export function AutomationPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const mayWrite = useMay("automation:write");
  const key = keys.settings("deciders");
  const query = useQuery({ queryKey: key, queryFn: () => unwrap(api.GET("/api/v1/deciders")) as Promise<PageOf<DeciderSettings>> });
  const save = useMutation({
    mutationFn: ({ name, enabled, values }: DeciderSettings) => unwrap(api.PUT("/api/v1/deciders/{name}", { params: { path: { name } }, body: { enabled, values } })),
    onMutate: (next) => {
      const before = client.getQueryData<PageOf<DeciderSettings>>(key);
      client.setQueryData<PageOf<DeciderSettings>>(key, (old) => old && { ...old, items: old.items.map((one) => (one.name === next.name ? next : one)) });
      return { before };
    },
    onError: (error, _next, context) => {
      client.setQueryData(key, context?.before);
      toast({ tone: "red", text: t("settings.not_saved"), detail: explain(error) });
    },
  });
  const find = (name: string) => query.data?.items.find((one) => one.name === name);
  const assignment = find("routing");
  const leave = find("leave_message");
  return (
    <Page title={t("settings.automation")} intro={t("flow.intro")}>
      <Loading query={query}>
        {assignment && <Assignment decider={assignment} disabled={!mayWrite} onChange={(change) => save.mutate({ ...assignment, ...change })} />}
        {leave && <LeaveMessage decider={leave} disabled={!mayWrite} onChange={(change) => save.mutate({ ...leave, ...change })} />}
      </Loading>
    </Page>
  );
}
