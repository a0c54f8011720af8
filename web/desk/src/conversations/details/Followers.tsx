import type { Conversation } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { IconButton } from "@parley/ui/IconButton";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { BellPlus, BellRing } from "lucide-react";

import { useAgents, useSelf } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { follow } from "../api";
import styles from "./Details.module.css";

/** Who else wants to hear of a conversation. */
export function Followers({ conversation }: { conversation: Conversation }) {
  const t = useT();
  const client = useQueryClient();
  const { agent } = useSelf();
  const { byId } = useAgents();
  const key = keys.conversation(conversation.id);
  const following = conversation.followers.includes(agent.id);
  const change = useMutation({
    mutationFn: () => (following ? follow(conversation.id, [], [agent.id]) : follow(conversation.id, [agent.id], [])),
    onMutate: () => {
      const followers = following ? conversation.followers.filter((id) => id !== agent.id) : [...conversation.followers, agent.id];
      client.setQueryData<Conversation>(key, (old) => old && { ...old, followers });
    },
    onSuccess: (fresh) => client.setQueryData<Conversation>(key, (old) => old && { ...old, followers: fresh.followers }),
    onError: (error) => {
      client.setQueryData<Conversation>(key, (old) => old && { ...old, followers: conversation.followers });
      toast({ tone: "red", text: explain(error) });
    },
  });
  const people = conversation.followers.map((id) => byId.get(id)).filter((one) => one !== undefined);
  return (
    <div className={styles.tags}>
      {people.map((one) => (
        <Avatar key={one.id} name={one.name} colour={one.avatar_colour} seed={one.id} size="s" silent={false} />
      ))}
      <IconButton size="s" label={t(following ? "follow.stop" : "follow.start")} icon={following ? <BellRing /> : <BellPlus />} active={following} onClick={() => change.mutate()} />
    </div>
  );
}
