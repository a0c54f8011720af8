import type { PolicyTerms } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { formatLocale } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { Part } from "@/lib/settings/Page";

import { formatMoney } from "../money";
import { askShipping, askWindow } from "./api";

type Offered = { code: string; name: Record<string, string>; cost: number; currency: string; arrives: [string, string] };

const day = (iso: string) => new Intl.DateTimeFormat(formatLocale(), { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));

/** What the terms on the screen say to an address and a day, before anybody else is told so. */
export function Try({ terms, language }: { terms: PolicyTerms; language: string }) {
  const t = useT();
  const [country, setCountry] = useState("");
  const [arrived, setArrived] = useState(() => new Date().toISOString().slice(0, 10));
  const ask = useMutation({ mutationFn: () => Promise.all([askShipping(terms, country.toUpperCase()), askWindow(terms, { country: country.toUpperCase(), arrived })]) });
  const [shipping, window] = ask.data ?? [];
  const options = (shipping?.values.options ?? []) as Offered[];
  const last = window?.values.last_day;
  return (
    <Part title={t("policy.try")} intro={t("policy.try_intro")}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <div className="cluster">
          <TextField label={t("policy.country")} value={country} maxLength={2} required pattern="[A-Za-z]{2}" dir="ltr" onChange={(event) => setCountry(event.target.value)} />
          <TextField label={t("policy.arrived")} type="date" value={arrived} required onChange={(event) => setArrived(event.target.value)} />
        </div>
        <div>
          <Button type="submit" busy={ask.isPending}>
            {t("policy.ask")}
          </Button>
        </div>
        {ask.error && <Notice tone="red">{explain(ask.error)}</Notice>}
        {ask.data && (
          <div role="status">
            <ul>
              {options.length === 0 && <li>{t("policy.nowhere")}</li>}
              {options.map((one) => (
                <li key={one.code}>{[one.name[language] ?? one.code, `${day(one.arrives[0])} – ${day(one.arrives[1])}`, formatMoney(one.cost, one.currency)].join(" · ")}</li>
              ))}
              <li>{typeof last === "string" ? t("policy.returns_until", { day: day(last) }) : t("policy.no_return")}</li>
            </ul>
          </div>
        )}
      </form>
    </Part>
  );
}
