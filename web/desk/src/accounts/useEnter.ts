import type { Session } from "@parley/client/types";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { i18n, LOCALES, setLocale } from "@/lib/i18n/catalogue";
import { keys } from "@/lib/query";

/** Goes through the door with a session: the language follows its owner, then where he wanted to go. */
export function useEnter(): (session: Session, next?: string) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (session, next) => {
    client.clear();
    client.setQueryData(keys.session, session);
    if (session.state !== "signed_in") return;
    const language = session.agent?.language;
    if (language !== undefined && language in LOCALES && language !== i18n.get().locale) await setLocale(language, true);
    await navigate({ to: next ?? "/", replace: true });
  };
}
