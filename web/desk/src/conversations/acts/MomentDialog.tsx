import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { TextField } from "@parley/ui/Field";
import { useState, type SubmitEvent } from "react";

import { formatUpcoming } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { listPresets, toLocalInput } from "@/lib/snooze";

import styles from "./MomentDialog.module.css";

type MomentDialogProps = { title: string; confirm: string; onPick: (at: Date) => void; onClose: () => void };

/** Asks for a moment to come: a few that are often meant, or any. */
export function MomentDialog({ title, confirm, onPick, onClose }: MomentDialogProps) {
  const t = useT();
  const [now] = useState(() => new Date());
  const presets = listPresets(now);
  const [value, setValue] = useState(toLocalInput(presets[0]?.at ?? now));
  const at = new Date(value);
  const wrong = Number.isNaN(at.getTime()) || at <= now;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!wrong) onPick(at);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="s"
      title={title}
      closeLabel={t("action.close_dialog")}
      footer={
        <Button tone="primary" type="submit" form="moment" disabled={wrong}>
          {confirm}
        </Button>
      }
    >
      <form id="moment" className="stack" onSubmit={submit}>
        <ul className={styles.presets}>
          {presets.map((preset) => (
            <li key={preset.id}>
              <button type="button" className={styles.preset} onClick={() => onPick(preset.at)}>
                <span>{t(preset.label)}</span>
                <span className={styles.when}>{formatUpcoming(preset.at.toISOString())}</span>
              </button>
            </li>
          ))}
        </ul>
        <TextField type="datetime-local" label={t("moment.custom")} value={value} min={toLocalInput(now)} onChange={(event) => setValue(event.target.value)} error={wrong ? t("moment.past") : undefined} />
      </form>
    </Dialog>
  );
}
