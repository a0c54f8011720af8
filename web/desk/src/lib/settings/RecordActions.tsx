import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { IconButton } from "@parley/ui/IconButton";
import { Menu, MenuItem } from "@parley/ui/Menu";
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";

type RecordActionsProps = { name: string; onEdit?: (() => void) | undefined; onRemove?: (() => void) | undefined; /** What goes with it. */ warning?: ReactNode; children?: ReactNode };

/** Change or remove one record; removing asks first. */
export function RecordActions({ name, onEdit, onRemove, warning, children }: RecordActionsProps) {
  const t = useT();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Menu trigger={<IconButton size="s" label={t("record.menu", { name })} icon={<Ellipsis />} />}>
        {onEdit && (
          <MenuItem icon={<Pencil />} onSelect={onEdit}>
            {t("action.edit")}
          </MenuItem>
        )}
        {children}
        {onRemove && (
          <MenuItem icon={<Trash2 />} danger onSelect={() => setAsking(true)}>
            {t("action.remove")}
          </MenuItem>
        )}
      </Menu>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        size="s"
        title={t("record.remove", { name })}
        {...(warning !== undefined && { intro: warning })}
        closeLabel={t("action.close_dialog")}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{t("action.cancel")}</Button>
            <Button
              tone="danger"
              onClick={() => {
                setAsking(false);
                onRemove?.();
              }}
            >
              {t("action.remove")}
            </Button>
          </>
        }
      />
    </>
  );
}
