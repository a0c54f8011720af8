import type { Conversation } from "@parley/client/types";
import { useNavigate, useParams, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { PersonalAgent } from "@/automation/routing/PersonalAgent";
import { Shopping } from "@/commerce/panel/Shopping";
import { Details } from "@/conversations/details/Details";
import { findAfterLeaving, listOrder } from "@/conversations/list/order";
import { ConversationPage } from "@/conversations/page/ConversationPage";
import { CustomerPanel } from "@/customers/CustomerPanel";

function renderPanel(conversation: Conversation) {
  return (
    <CustomerPanel brief={conversation.customer} current={conversation.id}>
      <Shopping customer={conversation.customer} conversationId={conversation.id} />
      <Details conversation={conversation} />
      <PersonalAgent customer={conversation.customer.id} />
    </CustomerPanel>
  );
}

/** A conversation opened from a list: done means on to the next one of the list. */
export function InboxConversationRoute(): ReactNode {
  const { view, id } = useParams({ from: "/desk/inbox/$view/$id" });
  const navigate = useNavigate();
  const back = () => void navigate({ to: "/inbox/$view", params: { view }, search: (old) => old });
  const done = () => {
    const next = findAfterLeaving(listOrder.get().ids, id);
    if (next === undefined) back();
    else void navigate({ to: "/inbox/$view/$id", params: { view, id: next }, search: (old) => old, replace: true });
  };
  return <ConversationPage key={id} id={id} onBack={back} onDone={done} panel={renderPanel} />;
}

/** A conversation opened from the brief of the morning: done means on to the next one of it. */
export function BriefConversationRoute(): ReactNode {
  const { id } = useParams({ from: "/desk/brief/$id" });
  const navigate = useNavigate();
  const back = () => void navigate({ to: "/brief", search: (old) => old });
  const done = () => {
    const next = findAfterLeaving(listOrder.get().ids, id);
    if (next === undefined) back();
    else void navigate({ to: "/brief/$id", params: { id: next }, search: (old) => old, replace: true });
  };
  return <ConversationPage key={id} id={id} onBack={back} onDone={done} panel={renderPanel} />;
}

/** A conversation by its own address. */
export function ConversationRoute(): ReactNode {
  const { id } = useParams({ from: "/desk/conversations/$id" });
  const { history } = useRouter();
  const navigate = useNavigate();
  const back = () => {
    if (history.canGoBack()) history.back();
    else void navigate({ to: "/inbox" });
  };
  return <ConversationPage key={id} id={id} onBack={back} onDone={() => undefined} panel={renderPanel} />;
}
