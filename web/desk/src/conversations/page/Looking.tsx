import type { Conversation } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { cx } from "@parley/ui/cx";

import { useAgents } from "@/lib/directory";
import { formatList } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { usePresence } from "@/lib/live/presence";
import { shortName } from "@/lib/names";

import styles from "./Head.module.css";

/** Which colleagues look at the same conversation, and who of them writes. */
export function Looking({ conversation }: { conversation: Conversation }) {
  const t = useT();
  const { byId } = useAgents();
  const { viewers } = usePresence(conversation.id);
  const people = viewers.map((viewer) => ({ ...viewer, agent: byId.get(viewer.agent_id) })).filter((one) => one.agent !== undefined);
  if (people.length === 0) return null;
  const writers = people.filter((one) => one.typing !== null);
  const shown = writers.length > 0 ? writers : people;
  const names = formatList(shown.map((one) => shortName(one.agent?.name ?? "")));
  const text = writers.length === 0 ? t("presence.looking", { names, n: shown.length }) : t(writers.some((one) => one.typing === "reply") ? "presence.replying" : "presence.noting", { names, n: shown.length });
  return (
    <span className={cx(styles.looking, writers.length > 0 && styles.writing)} role="status">
      {shown.slice(0, 3).map(({ agent }) => agent && <Avatar key={agent.id} name={agent.name} colour={agent.avatar_colour} seed={agent.id} size="xs" />)}
      <span>{text}</span>
    </span>
  );
}
