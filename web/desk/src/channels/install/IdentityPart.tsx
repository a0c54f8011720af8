import type { Channel } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { Tabs } from "@parley/ui/Tabs";
import { useMutation } from "@tanstack/react-query";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { CodeBlock } from "@/lib/settings/CodeBlock";
import { Part } from "@/lib/settings/Page";

import { getIdentitySecret } from "../api";
import { buildIdentify, buildIdentity, type Identity } from "./snippets";

const LANGUAGES: { id: Identity; name: string }[] = [
  { id: "node", name: "Node" },
  { id: "php", name: "PHP" },
  { id: "python", name: "Python" },
];

/** Customers who are signed in at the shop are known in the chat, and nobody can pretend to be them. */
export function IdentityPart({ channel }: { channel: Channel }) {
  const t = useT();
  const mayWrite = useMay("channels:write");
  const secret = useMutation({ mutationFn: () => getIdentitySecret(channel.id) });
  return (
    <Part title={t("identity.title")} intro={t("identity.intro")}>
      <div className="stack">
        {mayWrite &&
          (secret.data ? (
            <CodeBlock label={t("identity.secret")} code={secret.data.secret} />
          ) : (
            <div>
              <Button busy={secret.isPending} onClick={() => secret.mutate()}>
                {t("identity.show")}
              </Button>
            </div>
          ))}
        {secret.error && <Notice tone="red">{explain(secret.error)}</Notice>}
        <p>{t("identity.server")}</p>
        <Tabs label={t("identity.title")} tabs={LANGUAGES.map(({ id, name }) => ({ id, label: name, body: <CodeBlock label={name} code={buildIdentity(id)} /> }))} />
        <p>{t("identity.page")}</p>
        <CodeBlock label={t("identity.page")} code={buildIdentify()} />
      </div>
    </Part>
  );
}
