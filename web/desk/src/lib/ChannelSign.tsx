import { ClipboardList, Mail, MessageCircle, Radio, type LucideIcon } from "lucide-react";

const SIGNS: Record<string, LucideIcon> = { chat: MessageCircle, email: Mail, form: ClipboardList };

/** The sign of a kind of channel. Its name stands beside it or in a tip. */
export function ChannelSign({ kind, className }: { kind: string; className?: string | undefined }) {
  const Sign = SIGNS[kind] ?? Radio;
  return <Sign className={className} aria-hidden="true" />;
}
