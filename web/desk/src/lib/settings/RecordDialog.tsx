import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { Notice } from "@parley/ui/Notice";
import { useId, type ReactNode, type SubmitEvent } from "react";

import { useT } from "@/lib/i18n/useT";
import { explainRest } from "@/lib/problem";

type RecordDialogProps = {
  title: string;
  intro?: ReactNode;
  confirm?: string;
  size?: "s" | "m" | "l";
  busy: boolean;
  error: unknown;
  /** The fields that say themselves what the server finds wrong with them. */
  fields?: readonly string[];
  ready?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
};

/** A small form in a window. What the server says about one field is shown at the field; the rest above. */
export function RecordDialog({ title, intro, confirm, size = "s", busy, error, fields = [], ready = true, onSubmit, onClose, children }: RecordDialogProps) {
  const t = useT();
  const id = useId();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (ready && !busy) onSubmit();
  };
  const rest = explainRest(error, fields);
  return (
    <Dialog
      open
      onClose={onClose}
      size={size}
      title={title}
      {...(intro !== undefined && { intro })}
      closeLabel={t("action.close_dialog")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone="primary" type="submit" form={id} busy={busy} disabled={!ready}>
            {confirm ?? t("action.save")}
          </Button>
        </>
      }
    >
      <form id={id} className="stack" onSubmit={submit} noValidate>
        {rest !== null && <Notice tone="red">{rest}</Notice>}
        {children}
      </form>
    </Dialog>
  );
}
