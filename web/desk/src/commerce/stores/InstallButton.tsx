import type { Connector, Id } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { useMutation } from "@tanstack/react-query";
import { LogIn } from "lucide-react";

import { tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { CodeBlock } from "@/lib/settings/CodeBlock";
import { cleanValues, type Values } from "@/lib/settings/PluginForm";

import { startInstall } from "./api";
import styles from "./Stores.module.css";

/** Where the store sends the browser back to; the owner of the app enters it there. */
export const CALLBACK = "/oauth/stores";

type InstallButtonProps = { connector: Connector; name: string; values: Values; /** The store, where it is connected already. */ storeId?: Id };

/** Goes to the store, where the merchant agrees; the token then comes back by itself. Nothing is shown for connectors that do not offer it. */
export function InstallButton({ connector, name, values, storeId }: InstallButtonProps) {
  const t = useT();
  const title = tOr("plugin", connector.slug, connector.title);
  const start = useMutation({
    mutationFn: () => startInstall({ plugin: connector.slug, name: name.trim(), settings: cleanValues(connector, values), ...(storeId !== undefined && { store_id: storeId }) }),
    onSuccess: ({ url }) => location.assign(url),
  });
  if (!connector.oauth) return null;
  return (
    <div className="stack">
      {start.error && <Notice tone="red">{explain(start.error)}</Notice>}
      <p className={styles.meta}>{t("stores.agree_text", { name: title })}</p>
      <CodeBlock code={`${location.origin}${CALLBACK}`} label={t("stores.callback")} />
      <div>
        <Button icon={<LogIn className="mirrored" />} busy={start.isPending || start.isSuccess} onClick={() => start.mutate()}>
          {t(storeId === undefined ? "stores.agree" : "stores.agree_again", { name: title })}
        </Button>
      </div>
    </div>
  );
}
