import type { ActWord } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/http";
import { keys } from "@/lib/query";

// A macro within a macro, or a second answer beside its text, is never meant.
const NOT_IN_MACROS = new Set(["apply_macro", "reply"]);

/** The acts there are, as the server describes them; `inMacros` leaves out those that a macro cannot have. */
export function useActWords(inMacros: boolean): ActWord[] {
  const { data } = useQuery({ queryKey: keys.settings("vocabulary"), queryFn: () => unwrap(api.GET("/api/v1/rules/vocabulary")) });
  return (data?.acts ?? []).filter((word) => !inMacros || !NOT_IN_MACROS.has(word.name));
}
