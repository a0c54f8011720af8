import type { Id } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { UserRound } from "lucide-react";
import { useState } from "react";

import { AgentPicker } from "@/conversations/acts/pickers";
import { useAgents, useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { Section } from "@/lib/Section";

import { getPersonalAgent, routingKeys, setPersonalAgent } from "./api";

/** Who looks after a customer: routing gives his conversations to this agent first. */
export function PersonalAgent({ customer }: { customer: Id }) {
  const t = useT();
  const client = useQueryClient();
  const { byId } = useAgents();
  const mayWrite = useMay("customers:write");
  const [open, setOpen] = useState(false);
  const key = routingKeys.personal(customer);
  const { data } = useQuery({ queryKey: key, queryFn: () => getPersonalAgent(customer) });
  const save = useMutation({
    mutationFn: (agent: Id | null) => setPersonalAgent(customer, agent),
    onMutate: (agent) => {
      const before = client.getQueryData(key);
      client.setQueryData(key, { agent_id: agent });
      return { before };
    },
    onError: (error, _agent, context) => {
      client.setQueryData(key, context?.before);
      toast({ tone: "red", text: t("settings.not_saved"), detail: explain(error) });
    },
  });
  if (!data) return null;
  const agent = data.agent_id === null ? undefined : byId.get(data.agent_id);
  const shown = (
    <>
      {agent ? <Avatar name={agent.name} colour={agent.avatar_colour} seed={agent.id} size="xs" /> : <UserRound />}
      <bdi>{agent?.name ?? t("routing.personal_none")}</bdi>
    </>
  );
  return (
    <Section title={t("routing.personal_title")}>
      {mayWrite ? (
        <AgentPicker
          chosen={data.agent_id === null ? [] : [data.agent_id]}
          open={open}
          onOpenChange={setOpen}
          onChoose={(id) => save.mutate(id)}
          trigger={
            <Button size="s" tone="quiet" aria-label={t("routing.personal_change", { name: agent?.name ?? t("routing.personal_none") })}>
              <span className="cluster">{shown}</span>
            </Button>
          }
        />
      ) : (
        <span className="cluster">{shown}</span>
      )}
    </Section>
  );
}
