import { Notice } from "@parley/ui/Notice";

import { tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

/** Says how connecting a store went, when the browser has come back from it. An outcome without a sentence of its own gets the general one. */
export function InstallOutcome({ refused, connected }: { refused?: string | undefined; connected?: string | undefined }) {
  const t = useT();
  if (refused !== undefined) {
    return (
      <Notice tone="red" title={t("stores.refused")}>
        {tOr("storerefused", refused, t("storerefused.settings"))}
      </Notice>
    );
  }
  return connected === undefined ? null : <Notice tone="green">{t("stores.connected")}</Notice>;
}
