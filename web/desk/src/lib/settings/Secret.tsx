import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";

import { useT } from "@/lib/i18n/useT";

import { CodeBlock } from "./CodeBlock";

/** Something that is shown once and has to be copied now. */
export function Secret({ title, text, value, onClose }: { title: string; text: string; value: string; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      intro={text}
      closeLabel={t("action.close_dialog")}
      footer={
        <Button tone="primary" onClick={onClose}>
          {t("codes.done")}
        </Button>
      }
    >
      <CodeBlock code={value} label={title} />
    </Dialog>
  );
}
