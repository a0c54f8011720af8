import { i18n, tName } from "@/lib/i18n/catalogue";

import { sayAct } from "./sayAct";
import type { Sources } from "./useSources";

type Args = Readonly<Record<string, unknown>>;
type Said = { act: string } & Record<string, unknown>;

const has = (value: unknown) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

/** Arguments that only say about what, or how it is kept apart from another. */
const QUIET = new Set(["conversation_id", "message_id", "order_id", "customer_id", "thread_id", "answers"]);

/** What an act of the executor comes to, as rules would say it; null where rules have no words for it. */
function translate(name: string, args: Args): Said[] | null {
  switch (name) {
    case "tag_conversation":
      return [...(has(args.add) ? [{ act: "tag", tag_ids: args.add }] : []), ...(has(args.remove) ? [{ act: "untag", tag_ids: args.remove }] : [])];
    case "assign_conversation":
    case "route_conversation":
      return [...(has(args.team_id) ? [{ act: "assign_team", team_id: args.team_id }] : []), ...(has(args.agent_id) ? [{ act: "assign_agent", agent_id: args.agent_id }] : [])];
    case "change_conversation":
      return [
        ...(has(args.priority) ? [{ act: "set_priority", priority: args.priority }] : []),
        ...(has(args.snooze_minutes) ? [{ act: "snooze", minutes: args.snooze_minutes }] : has(args.status) ? [{ act: "set_status", status: args.status }] : []),
        ...(has(args.language) ? [{ act: "set_language", language: args.language }] : []),
      ];
    case "set_conversation_field":
      return [{ act: "set_field", field: args.field, value: args.value ?? "" }];
    case "change_customer":
      return has(args.vip) ? [{ act: "set_vip", vip: args.vip }] : null;
    case "post_message":
      return [{ act: "reply", text: args.text ?? args.html ?? "" }];
    case "reply_macro":
      return [{ act: "reply", macro: args.macro ?? args.macro_id }];
    case "apply_macro":
      return [{ act: "apply_macro", macro: args.macro ?? args.macro_id }];
    case "raise_alert":
      return [{ act: "alert", to: args.to, kind: args.kind }];
    case "add_note":
      return [{ act: "add_note", text: args.text }];
    default:
      return null;
  }
}

/** What an act of a decision does, in a few words. */
export function sayDeed(name: string, args: Args, sources: Sources): string {
  const said = translate(name, args);
  if (said !== null && said.length > 0) return said.map((one) => sayAct(one, sources)).join(", ");
  if (`deed.${name}` in i18n.get().texts) return tName("deed", name);
  const rest = Object.fromEntries(Object.entries(args).filter(([key]) => !QUIET.has(key)));
  return sayAct({ act: name, ...rest }, sources);
}
