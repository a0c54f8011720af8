import type { Schemas } from "@parley/client";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { api, unwrap } from "@/lib/http";
import { keys } from "@/lib/query";

export type FieldWord = Schemas["FieldWord"];
export type EventWord = Schemas["EventWord"];
export type Words = { events: EventWord[]; fields: ReadonlyMap<string, FieldWord>; acts: Schemas["ActWord"][]; anchors: string[]; ready: boolean };

/** All that a rule may say in this installation, as the server describes it. */
export function useVocabulary(): Words {
  const { data } = useQuery({ queryKey: keys.settings("vocabulary"), queryFn: () => unwrap(api.GET("/api/v1/rules/vocabulary")) });
  return useMemo(
    () => ({ events: data?.events ?? [], fields: new Map(data?.fields.map((one) => [one.name, one])), acts: data?.acts ?? [], anchors: data?.anchors ?? [], ready: data !== undefined }),
    [data],
  );
}
