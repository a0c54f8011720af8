import type { Me } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { t } from "@/lib/i18n/catalogue";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { changeMe, getMe, type MeChange } from "../api";

function overlay(me: Me, change: MeChange): Me {
  const { notifications: wishes, ...plain } = change;
  const { events, quiet, ...ways } = wishes ?? {};
  return {
    ...me,
    ...plain,
    notifications: { ...me.notifications, ...(ways as Partial<Me["notifications"]>), events: { ...me.notifications.events, ...events }, quiet: { ...me.notifications.quiet, ...quiet } },
  };
}

/** The reader's own settings; a change shows at once and is taken back when refused. */
export function useMe() {
  const client = useQueryClient();
  const query = useQuery({ queryKey: keys.me, queryFn: getMe });
  const change = useMutation({
    mutationFn: changeMe,
    onMutate: (part) => {
      const before = client.getQueryData<Me>(keys.me);
      client.setQueryData<Me>(keys.me, (old) => old && overlay(old, part));
      return { before };
    },
    onSuccess: (fresh) => {
      client.setQueryData(keys.me, fresh);
      void client.invalidateQueries({ queryKey: keys.session });
      void client.invalidateQueries({ queryKey: keys.directory("agents") });
    },
    onError: (error, _part, context) => {
      client.setQueryData(keys.me, context?.before);
      toast({ tone: "red", text: t("settings.not_saved"), detail: explain(error) });
    },
  });
  return { query, me: query.data, change };
}
