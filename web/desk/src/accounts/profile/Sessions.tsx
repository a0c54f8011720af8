import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";

import { formatAgo } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Part, Record, RecordList } from "@/lib/settings/Page";

import { endSession, listSessions } from "../api";

/** "Firefox on Windows" out of what a browser calls itself. */
export function nameBrowser(agent: string): string {
  const browser = agent.includes('Edg/') ? "Edge" : agent.includes('Firefox/') ? "Firefox" : agent.includes('Chrome/') ? "Chrome" : agent.includes('Safari/') ? "Safari" : (agent.split("/")[0] ?? agent);
  const system = /Android|iPhone|iPad|Windows|Mac OS X|Linux/.exec(agent)?.[0].replace("Mac OS X", "macOS");
  return system === undefined ? browser : `${browser} · ${system}`;
}

/** Where one is signed in. */
export function Sessions() {
  const t = useT();
  const client = useQueryClient();
  const key = keys.settings("sessions");
  const { data } = useQuery({ queryKey: key, queryFn: listSessions });
  const end = useMutation({ mutationFn: endSession, onSuccess: () => client.invalidateQueries({ queryKey: key }), onError: (error) => toast({ tone: "red", text: explain(error) }) });
  if (!data) return null;
  return (
    <Part title={t("sessions.title")} intro={t("sessions.intro")}>
      <RecordList label={t("sessions.title")}>
        {data.items.map((one) => (
          <Record
            key={one.id}
            icon={<MonitorSmartphone />}
            title={nameBrowser(one.user_agent)}
            marks={
              one.current && (
                <Chip size="s" tone="green">
                  {t("sessions.this")}
                </Chip>
              )
            }
            meta={t("sessions.seen", { ago: formatAgo(one.seen_at) })}
            actions={
              !one.current && (
                <Button size="s" onClick={() => end.mutate(one.id)}>
                  {t("cmd.sign_out")}
                </Button>
              )
            }
          />
        ))}
      </RecordList>
    </Part>
  );
}
