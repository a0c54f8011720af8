import { CheckField } from "@parley/ui/Field";

import { Choice } from "@/commerce/policies/inline";
import inline from "@/commerce/policies/Policies.module.css";
import { useSources } from "@/lib/acts/useSources";
import { formatList } from "@/lib/format/text";
import { tName } from "@/lib/i18n/catalogue";
import { T, useT } from "@/lib/i18n/useT";

import type { RoutingValues } from "./api";
import { Once } from "./Once";
import styles from "./Routing.module.css";

type WaysProps = { values: RoutingValues; enabled: boolean; disabled: boolean; onChange: (part: Partial<RoutingValues>) => void; onMode: (mode: RoutingValues["mode"]) => void };

const NO_PEAK = { waiting: 0, factor: 1.3 };

/** How work is given out, in sentences; each change takes effect at once. */
export function Ways({ values, enabled, disabled, onChange, onMode }: WaysProps) {
  const t = useT();
  const kinds = useSources()("channel_kinds");
  const mode = enabled ? values.mode : "manual";
  const peak = values.peak ?? NO_PEAK;
  const modes = (["least_busy", "round_robin", "manual"] as const).map((one) => [one, t(`routing.mode.${one}`)] as const);
  const flag = (name: "team_only" | "personal" | "hand_over") => (
    <CheckField as="switch" disabled={disabled} label={t(`routing.${name}`)} checked={values[name]} onChange={(event) => onChange({ [name]: event.target.checked })} />
  );
  return (
    <>
      <div className={styles.lines}>
        <p className={inline.sentence}>
          <T k="routing.gives" mode={<Choice label={t("routing.mode")} value={mode} options={modes} disabled={disabled} onChange={onMode} />} />
        </p>
        <p className={inline.sentence}>
          <T k="routing.room" room={<Once label={t("routing.limit")} value={values.limit} min={1} max={9999} disabled={disabled} onChange={(limit) => onChange({ limit })} />} />
        </p>
        <p className={inline.sentence}>
          {t("routing.takes_up")}{" "}
          {kinds.map((kind) => (
            <span key={kind.id} className={styles.weight}>
              <span>{kind.label}</span>
              <Once
                label={t("routing.weight", { channel: kind.label })}
                value={values.weights[kind.id] ?? 1}
                max={100}
                step={0.5}
                disabled={disabled}
                onChange={(weight) => onChange({ weights: { ...values.weights, [kind.id]: weight } })}
              />
            </span>
          ))}
        </p>
        <p className={inline.sentence}>
          <T
            k="routing.peak"
            waiting={<Once label={t("routing.peak_waiting")} value={peak.waiting} max={100_000} disabled={disabled} onChange={(waiting) => onChange({ peak: { ...peak, waiting } })} />}
            factor={<Once label={t("routing.peak_factor")} value={peak.factor} min={1} max={10} step={0.1} disabled={disabled} onChange={(factor) => onChange({ peak: { ...peak, factor } })} />}
          />
        </p>
        <p className={inline.sentence}>
          <T k="routing.sticky" days={<Once label={t("routing.days")} value={values.sticky_days} max={3650} disabled={disabled} onChange={(sticky_days) => onChange({ sticky_days })} />} />
        </p>
        <p className={inline.sentence}>
          <T
            k="routing.speaks"
            way={
              <Choice
                label={t("routing.languages")}
                value={values.languages}
                options={(["prefer", "require", "off"] as const).map((one) => [one, t(`routing.languages.${one}`)] as const)}
                disabled={disabled}
                onChange={(languages) => onChange({ languages })}
              />
            }
          />
        </p>
      </div>
      <div className={styles.switches}>
        {flag("team_only")}
        {flag("personal")}
        {flag("hand_over")}
      </div>
    </>
  );
}

/** For what conversations a skill is wanted, in words. */
export function useSayWanted() {
  const sources = useSources();
  return ({ intents, tags }: { intents: readonly string[]; tags: readonly string[] }) => {
    const named = tags.map((id) => sources("tags").find((one) => one.id === id)?.label).filter((one) => one !== undefined);
    return formatList([...intents.map((one) => tName("choice", one)), ...named]);
  };
}
