import { CheckField } from "@parley/ui/Field";
import { Dialog } from "@parley/ui/Dialog";
import { Keys } from "@parley/ui/Keys";

import { COMMAND_IDS, COMMANDS, GROUPS } from "@/lib/commands/table";
import { isAllowed } from "@/lib/commands/useCommands";
import { changeDevice, device } from "@/lib/device";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";

import styles from "./ShortcutsDialog.module.css";

/** Every shortcut there is, from the same table that the keyboard follows. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const { singleKeys } = useStore(device);
  return (
    <Dialog open onClose={onClose} title={t("cmd.shortcuts")} intro={t("shortcuts.intro")} closeLabel={t("action.close_dialog")} size="l">
      <CheckField as="switch" label={t("shortcuts.single")} hint={t("shortcuts.single_hint")} checked={singleKeys} onChange={(event) => changeDevice({ singleKeys: event.target.checked })} />
      <div className={styles.groups}>
        {GROUPS.map((group) => (
          <section key={group} className={styles.group}>
            <h3>{t(`cmdgroup.${group}`)}</h3>
            <dl>
              {COMMAND_IDS.filter((id) => COMMANDS[id].group === group && isAllowed(id)).map((id) => {
                const { keys, label } = COMMANDS[id];
                return keys === undefined ? null : (
                  <div key={id} className={styles.line}>
                    <dt>{t(label)}</dt>
                    <dd>
                      <Keys keys={keys} />
                    </dd>
                  </div>
                );
              })}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
