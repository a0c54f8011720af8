import { sayCondition } from "@/lib/acts/sayRule";
import type { Sources } from "@/lib/acts/useSources";
import type { Words } from "@/lib/acts/useVocabulary";
import { formatList } from "@/lib/format/text";
import { formatLength } from "@/lib/format/time";
import { t, tName } from "@/lib/i18n/catalogue";

import { KINDS, PRIORITIES, type SlaBody, type Target } from "./api";

/** "1 h", or "15 m (urgent), 1 h (high)". */
function sayTarget(target: Target): string {
  if (typeof target === "number") return formatLength(target * 60);
  const parts = PRIORITIES.flatMap((one) => {
    const minutes = target[one];
    return minutes === undefined ? [] : [t("sla_says.by", { length: formatLength(minutes * 60), priority: tName("choice", one) })];
  });
  return parts.join(", ");
}

function sayHours(hours: string | null | undefined, sources: Sources): string {
  if (hours === null) return t("sla_says.always");
  if (hours === undefined || hours === "default") return t("sla_says.default_hours");
  return t("sla_says.hours", { name: sources("hours").find((one) => one.id === hours)?.label ?? t("act_value.gone") });
}

/** An SLA as one sentence. */
export function saySla(body: SlaBody, words: Words, sources: Sources): string {
  const condition = sayCondition(body.if, words, sources);
  const goals = KINDS.flatMap((kind) => {
    const target = body.targets[kind];
    return target === undefined ? [] : [t(`sla_says.${kind}`, { length: sayTarget(target) })];
  });
  const values = { condition, goals: formatList(goals), hours: sayHours(body.hours, sources) };
  return t(condition === "" ? "sla_says.all" : "sla_says.some", values);
}
