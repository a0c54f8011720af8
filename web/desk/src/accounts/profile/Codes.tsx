import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { toast } from "@parley/ui/Toasts";
import { Copy, Download } from "lucide-react";

import { useT } from "@/lib/i18n/useT";

import styles from "./Security.module.css";

/** Recovery codes, shown this once. */
export function Codes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const t = useT();
  const text = `${codes.join("\n")}\n`;
  const copy = () => void navigator.clipboard.writeText(text).then(() => toast({ text: t("act.copied") }));
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = "parley-recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="s"
      title={t("codes.title")}
      intro={t("codes.intro")}
      closeLabel={t("action.close_dialog")}
      footer={
        <Button tone="primary" onClick={onClose}>
          {t("codes.done")}
        </Button>
      }
    >
      <div className="stack">
        <ul className={styles.codes}>
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <div className="cluster">
          <Button size="s" icon={<Copy />} onClick={copy}>
            {t("action.copy")}
          </Button>
          <Button size="s" icon={<Download />} onClick={save}>
            {t("action.download")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
