import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { useBlocker } from "@tanstack/react-router";
import { useRef, type ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";

/** Keeps what was not saved: whoever leaves is asked first. `pass` lets the next way out go unasked. */
export function useGuard(dirty: boolean): { dialog: ReactNode; pass: () => void } {
  const t = useT();
  const free = useRef(false);
  const blocked = useBlocker({ shouldBlockFn: () => dirty && !free.current, enableBeforeUnload: () => dirty && !free.current, withResolver: true });
  const dialog = blocked.status === "blocked" && (
    <Dialog
      open
      onClose={blocked.reset}
      size="s"
      title={t("rule_guard.title")}
      intro={t("rule_guard.intro")}
      closeLabel={t("action.close_dialog")}
      footer={
        <>
          <Button onClick={blocked.reset}>{t("rule_guard.stay")}</Button>
          <Button tone="danger" onClick={blocked.proceed}>
            {t("rule_guard.leave")}
          </Button>
        </>
      }
    />
  );
  return { dialog, pass: () => { free.current = true; } };
}
