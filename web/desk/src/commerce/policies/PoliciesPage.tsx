import type { Id, Policy, PolicyTerms } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { SelectField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useMay } from "@/lib/directory";
import { formatFull } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { explainRest } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import { useStores } from "../useStores";
import { getBuiltIn, listPolicies, publishPolicy, saveDraft } from "./api";
import { Charges } from "./Charges";
import { Clauses } from "./Clauses";
import { Exceptions } from "./Exceptions";
import styles from "./Policies.module.css";
import { Returning } from "./Returning";
import { Sending } from "./Sending";
import { Try } from "./Try";

const KEY = keys.settings("policies");

type EditorProps = { start: Policy; storeId: Id | null; saved: boolean; onDone: () => Promise<unknown> };

function Editor({ start, storeId, saved, onDone }: EditorProps) {
  const t = useT();
  const mayWrite = useMay("policies:write");
  const [terms, setTerms] = useState<PolicyTerms>(start.terms);
  const [chosen, setChosen] = useState(start.terms.languages[0] ?? "en");
  const language = terms.languages.includes(chosen) ? chosen : (terms.languages[0] ?? "en");
  const save = useMutation({
    mutationFn: async (publish: boolean) => {
      const draft = await saveDraft(storeId, terms);
      if (publish && draft.id) await publishPolicy(draft.id);
      await onDone();
      return publish;
    },
    onSuccess: (published) => toast({ text: t(published ? "policy.published" : "policy.draft_saved") }),
  });
  const editing = { terms, disabled: !mayWrite, language, onChange: setTerms };
  const rest = explainRest(save.error, []);
  return (
    <div className="stack">
      {saved && <Notice tone="amber">{t("policy.is_draft")}</Notice>}
      {terms.languages.length > 1 && (
        <SelectField label={t("policy.language")} value={language} onChange={(event) => setChosen(event.target.value)}>
          {terms.languages.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </SelectField>
      )}
      <Sending key={`s-${language}`} {...editing} />
      <Returning key={`r-${language}`} {...editing} />
      <Charges {...editing} />
      <Clauses {...editing} />
      <Exceptions {...editing} />
      <Try terms={terms} language={language} />
      {rest !== null && <Notice tone="red">{rest}</Notice>}
      {mayWrite && (
        <div className="cluster">
          <Button busy={save.isPending} onClick={() => save.mutate(false)}>
            {t("policy.save_draft")}
          </Button>
          <Button tone="primary" busy={save.isPending} onClick={() => save.mutate(true)}>
            {t("policy.publish")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** What the shop promises, in sentences: the one record that pages, answers and returns read. */
export function PoliciesPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const { query: storesQuery, stores } = useStores();
  const [storeId, setStoreId] = useState<Id | null>(null);
  const query = useQuery({ queryKey: KEY, queryFn: listPolicies });
  const first = storeId ?? stores[0]?.id;
  const builtIn = useQuery({ queryKey: [...KEY, "built-in", first], queryFn: () => getBuiltIn(first ?? ""), enabled: first !== undefined });
  const mine = (query.data?.items ?? []).filter((one) => one.store_id === storeId);
  const draft = mine.find((one) => one.state === "draft");
  const current = mine.find((one) => one.state === "published");
  const start = draft ?? current ?? builtIn.data;
  const done = () => client.invalidateQueries({ queryKey: KEY });
  return (
    <Page
      wide
      title={t("settings.policies")}
      intro={t("policy.intro")}
      action={
        first !== undefined && (
          <span className={styles.links}>
            <a href={`/policies/${first}/shipping`} target="_blank" rel="noreferrer">
              {t("policy.see_shipping")}
            </a>
            <a href={`/policies/${first}/returns`} target="_blank" rel="noreferrer">
              {t("policy.see_returns")}
            </a>
          </span>
        )
      }
    >
      <Loading query={query}>
        {first === undefined ? (
          storesQuery.isSuccess && (
            <Empty icon={<ScrollText />} title={t("policy.no_store_title")}>
              {t("policy.no_store")}
            </Empty>
          )
        ) : (
          <div className="stack">
            {stores.length > 1 && (
              <SelectField label={t("policy.store")} value={storeId ?? ""} onChange={(event) => setStoreId(event.target.value === "" ? null : event.target.value)}>
                <option value="">{t("policy.all_stores")}</option>
                {stores.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </SelectField>
            )}
            <p>{current?.published_at ? t("policy.in_force", { version: current.version, at: formatFull(current.published_at) }) : t("policy.none_in_force")}</p>
            <Loading query={builtIn}>{start && <Editor key={`${storeId ?? "all"}-${start.id ?? "new"}-${start.version}`} start={start} storeId={storeId} saved={draft !== undefined} onDone={done} />}</Loading>
          </div>
        )}
      </Loading>
    </Page>
  );
}
