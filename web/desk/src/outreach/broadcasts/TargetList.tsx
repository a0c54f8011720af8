import { Button } from "@parley/ui/Button";
import { Chip, type ChipTone } from "@parley/ui/Chip";
import { Link } from "@tanstack/react-router";
import { UserRound } from "lucide-react";

import { formatLanguage } from "@/lib/format/text";
import { formatAgo } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { Record as Row, RecordList } from "@/lib/settings/Page";

import type { Target, TargetState } from "./api";

const TONES: Record<TargetState, ChipTone> = { waiting: "plain", sent: "green", failed: "red", skipped: "plain", cancelled: "plain" };

function Line({ one, onRetry }: { one: Target; onRetry: ((position: number) => void) | undefined }) {
  const t = useT();
  const name = one.customer_name ?? t("broadcast.nameless");
  const why = one.reason === null ? null : tName("broadcast", `reason_${one.reason}`);
  const { position } = one;
  const facts = [
    one.channel_kind === null ? null : tName("channel", one.channel_kind),
    one.language === null ? null : formatLanguage(one.language),
    why,
    one.detail ?? null,
    one.replied_at ? t("broadcast.wrote_back", { ago: formatAgo(one.replied_at) }) : null,
  ];
  return (
    <Row
      icon={<UserRound />}
      title={
        one.conversation_id === null ? (
          <bdi>{name}</bdi>
        ) : (
          <Link to="/conversations/$id" params={{ id: one.conversation_id }}>
            <bdi>{name}</bdi>
          </Link>
        )
      }
      marks={
        <Chip size="s" tone={TONES[one.state]}>
          {t(`broadcast.target_${one.state}`)}
        </Chip>
      }
      meta={facts.filter(Boolean).join(" · ")}
      actions={
        onRetry && one.state === "failed" && typeof position === "number" && (
          <Button size="s" onClick={() => onRetry(position)}>
            {t("action.try_again")}
          </Button>
        )
      }
    />
  );
}

/** People who are told, or are left out and why. */
export function TargetList({ items, onRetry }: { items: readonly Target[]; onRetry?: ((position: number) => void) | undefined }) {
  const t = useT();
  return (
    <RecordList label={t("broadcast.customers")}>
      {items.map((one) => (
        <Line key={one.position ?? `${one.customer_id ?? ""} ${one.order_id ?? ""}`} one={one} onRetry={onRetry} />
      ))}
    </RecordList>
  );
}
