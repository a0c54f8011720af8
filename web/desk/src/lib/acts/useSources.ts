import type { Macro, Page, Store } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";

import { listCountries } from "@/lib/countries";
import { directoryQuery, useAgents, useBrands, useChannels, useCustomFields, useMay, useTags, useTeams, type RecordOf } from "@/lib/directory";
import { formatLanguage } from "@/lib/format/text";
import { api, unwrap } from "@/lib/http";
import { formatLocale, tName } from "@/lib/i18n/catalogue";
import { offerLanguages } from "@/lib/languages";
import { keys } from "@/lib/query";

export type SourceItem = { id: string; label: string };

export type Sources = (name: string | null | undefined, options?: readonly string[]) => SourceItem[];

/** What the reader of messages can recognise. */
const INTENTS = [
  "where_is_my_order", "change_order", "change_size", "cancel_order", "return", "exchange", "refund", "address_change", "damaged", "wrong_item", "missing_item", "discount",
  "product_question", "payment", "invoice", "subscription", "complaint", "speak_to_human", "thanks", "spam",
];
const CHANNEL_KINDS = ["chat", "email", "form"];

const countries = new Map<string, SourceItem[]>();

/** Every country, named and sorted once for each language. */
function nameCountries(): SourceItem[] {
  const locale = formatLocale();
  const known = countries.get(locale) ?? listCountries(locale).map((one) => ({ id: one.code, label: one.name }));
  countries.set(locale, known);
  return known;
}

function nameCurrencies(): SourceItem[] {
  const names = new Intl.DisplayNames(formatLocale(), { type: "currency" });
  return Intl.supportedValuesOf("currency").map((code) => ({ id: code, label: `${code} – ${names.of(code) ?? code}` }));
}

/** The lists that arguments of acts, and values of conditions, are chosen from, by the names the server gives them. */
export function useSources(): Sources {
  const { items: agents } = useAgents();
  const { items: teams } = useTeams();
  const { items: tags } = useTags();
  const { items: brands } = useBrands();
  const { items: channels } = useChannels();
  const { items: fields } = useCustomFields();
  const { data: stores } = useQuery({
    queryKey: keys.stores,
    queryFn: () => unwrap(api.GET("/api/v1/stores", { params: { query: { limit: 200 } } })) as Promise<Page<Store>>,
    enabled: useMay("stores:read"),
  });
  const manages = useMay("automation:write");
  const { data: hours } = useQuery({ ...directoryQuery("business-hours"), enabled: manages });
  const { data: macros } = useQuery({
    queryKey: keys.settings("macros", "all"),
    queryFn: () => unwrap(api.GET("/api/v1/macros", { params: { query: { limit: 200 } } })) as unknown as Promise<Page<Macro>>,
    enabled: manages,
  });
  const named = (items: readonly { id: string; name: string }[]) => items.map((one) => ({ id: one.id, label: one.name }));
  const words = (ids: readonly string[]) => ids.map((one) => ({ id: one, label: tName("choice", one) }));
  return (name, options = []) => {
    switch (name) {
      case "agents":
        return named(agents.filter((one) => one.state === "active"));
      case "teams":
        return named(teams);
      case "tags":
        return named(tags);
      case "brands":
        return named(brands);
      case "channels":
        return named(channels);
      case "stores":
        return named(stores?.items ?? []);
      case "hours":
        return named((hours ?? []) as RecordOf<"business-hours">[]);
      case "macros":
        return named(macros?.items ?? []);
      case "custom_fields":
        return fields.map((one) => ({ id: one.key, label: one.label }));
      case "languages":
        return offerLanguages([]).map((one) => ({ id: one, label: formatLanguage(one) }));
      case "intents":
        return words(INTENTS);
      case "channel_kinds":
        return words([...new Set([...CHANNEL_KINDS, ...channels.map((one) => one.kind)])]);
      case "countries":
        return nameCountries();
      case "currencies":
        return nameCurrencies();
      default:
        return words(options);
    }
  };
}
