import { useAgents, useBrands, useChannels, useCustomFields, useTags, useTeams } from "@/lib/directory";
import { tName } from "@/lib/i18n/catalogue";
import { formatLanguage } from "@/lib/format/text";
import { offerLanguages } from "@/lib/languages";

export type SourceItem = { id: string; label: string };

export type Sources = (name: string | null | undefined, options?: readonly string[]) => SourceItem[];

/** The lists that arguments of acts, and values of conditions, are chosen from, by the names the server gives them. */
export function useSources(): Sources {
  const { items: agents } = useAgents();
  const { items: teams } = useTeams();
  const { items: tags } = useTags();
  const { items: brands } = useBrands();
  const { items: channels } = useChannels();
  const { items: fields } = useCustomFields();
  return (name, options = []) => {
    switch (name) {
      case "agents":
        return agents.filter((one) => one.state === "active").map((one) => ({ id: one.id, label: one.name }));
      case "teams":
        return teams.map((one) => ({ id: one.id, label: one.name }));
      case "tags":
        return tags.map((one) => ({ id: one.id, label: one.name }));
      case "brands":
        return brands.map((one) => ({ id: one.id, label: one.name }));
      case "channels":
        return channels.map((one) => ({ id: one.id, label: one.name }));
      case "custom_fields":
        return fields.map((one) => ({ id: one.key, label: one.label }));
      case "languages":
        return offerLanguages([]).map((one) => ({ id: one, label: formatLanguage(one) }));
      default:
        return options.map((one) => ({ id: one, label: tName("choice", one) }));
    }
  };
}
