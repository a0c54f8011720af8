import type { ActLimit } from "@parley/client/types";
import { Chip } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { SelectField } from "@parley/ui/Field";
import { IconButton } from "@parley/ui/IconButton";
import { toast } from "@parley/ui/Toasts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Gauge, Pencil } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useSelf } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page, Part, Record, RecordList } from "@/lib/settings/Page";

import { listLimits } from "./api";
import { LimitForm } from "./LimitForm";
import { describeLimit, groupByRole, maySet, nameDeed } from "./limits";
import styles from "./Limits.module.css";

const KEY = keys.settings("act-limits");

type RowProps = { limit: ActLimit; mayEdit: boolean; open: boolean; onOpen: (open: boolean) => void };

function Row({ limit, mayEdit, open, onOpen }: RowProps) {
  const t = useT();
  const client = useQueryClient();
  const done = async () => {
    await client.invalidateQueries({ queryKey: KEY });
    toast({ text: t("settings.saved") });
  };
  return (
    <Record
      title={open ? <LimitForm limit={limit} onDone={done} onClose={() => onOpen(false)} /> : <span className={styles.sentence}>{describeLimit(limit)}</span>}
      marks={!open && limit.given && <Chip size="s">{t("limits.given")}</Chip>}
      actions={mayEdit && !open && <IconButton size="s" label={t("limits.change", { act: nameDeed(limit), who: t(`limits.who.${limit.role}`) })} icon={<Pencil />} onClick={() => onOpen(true)} />}
    />
  );
}

/** How far each role may go with acts that move money, in sentences, one currency at a time. */
export function LimitsPage(): ReactNode {
  const t = useT();
  const me = useSelf().agent;
  const query = useQuery({ queryKey: KEY, queryFn: listLimits });
  const limits = query.data?.items ?? [];
  const currencies = [...new Set(limits.map((one) => one.currency))];
  const [chosen, setChosen] = useState<string | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const currency = chosen !== null && currencies.includes(chosen) ? chosen : (currencies[0] ?? "");
  return (
    <Page title={t("settings.limits")} intro={t("limits.intro")}>
      <Loading query={query}>
        {currencies.length <= 1 ? (
          <Empty icon={<Gauge />} title={t("limits.no_store_title")}>
            {t("limits.no_store")}
          </Empty>
        ) : (
          <>
            <SelectField label={t("limits.currency")} hint={currency === "" ? t("limits.others_hint") : undefined} value={currency} onChange={(event) => setChosen(event.target.value)}>
              {currencies.map((one) => (
                <option key={one} value={one}>
                  {one === "" ? t("limits.others") : one}
                </option>
              ))}
            </SelectField>
            {groupByRole(limits, currency).map(([role, group]) => (
              <Part key={role} title={t(`limits.title.${role}`)} intro={t(`limits.hint.${role}`)}>
                <RecordList label={t(`limits.title.${role}`)}>
                  {group.map((limit) => {
                    const key = `${role}:${limit.act}:${currency}`;
                    return <Row key={key} limit={limit} mayEdit={maySet(role, me)} open={open === key} onOpen={(next) => setOpen(next ? key : null)} />;
                  })}
                </RecordList>
              </Part>
            ))}
          </>
        )}
      </Loading>
    </Page>
  );
}
