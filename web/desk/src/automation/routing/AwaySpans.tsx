import { Button } from "@parley/ui/Button";
import { IconButton } from "@parley/ui/IconButton";
import { Plus, X } from "lucide-react";

import { T, useT } from "@/lib/i18n/useT";

import styles from "./Routing.module.css";
import { isWhole, nextDaySpan, type TypedSpan } from "./spans";

type AwaySpansProps = { spans: readonly TypedSpan[]; /** Whether they are the reader's own. */ own?: boolean; onChange: (spans: TypedSpan[]) => void };

/** From when to when somebody is away; any number of times. */
export function AwaySpans({ spans, own = false, onChange }: AwaySpansProps) {
  const t = useT();
  const field = (at: number, name: keyof TypedSpan) => (
    <input
      type="datetime-local"
      aria-label={t(`routing.away_${name}`)}
      value={spans[at]?.[name] ?? ""}
      onChange={(event) => onChange(spans.map((one, i) => (i === at ? { ...one, [name]: event.target.value } : one)))}
    />
  );
  return (
    <fieldset className="stack">
      <legend>{t("routing.away")}</legend>
      {spans.map((one, i) => (
        <div key={i}>
          <div className={styles.span}>
            <T k={own ? "routing.away_me" : "routing.away_span"} from={field(i, "from")} to={field(i, "to")} />
            <IconButton size="s" label={t("action.remove")} icon={<X />} onClick={() => onChange(spans.filter((_, at) => at !== i))} />
          </div>
          {one.from !== "" && one.to !== "" && !isWhole(one) && (
            <p className={styles.wrong} role="alert">
              {t("routing.away_wrong")}
            </p>
          )}
        </div>
      ))}
      <div>
        <Button size="s" icon={<Plus />} onClick={() => onChange([...spans, nextDaySpan(Date.now())])}>
          {t("routing.away_add")}
        </Button>
      </div>
    </fieldset>
  );
}
