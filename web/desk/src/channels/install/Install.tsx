import type { Channel } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { SelectField, TextArea, TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { Tabs } from "@parley/ui/Tabs";
import { toast } from "@parley/ui/Toasts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { CodeBlock } from "@/lib/settings/CodeBlock";
import { Part } from "@/lib/settings/Page";

import { changeChannel } from "../api";
import styles from "../Channels.module.css";
import { IdentityPart } from "./IdentityPart";
import { Preview } from "./Preview";
import { buildShopify, buildTag, buildWooCommerce } from "./snippets";

// Names that are the same in every language.
const SHOPIFY = "Shopify";
const WOO = "WooCommerce";
const EXAMPLE = "shop.example";

export type ChatLook = { colour: string; position: "start" | "end"; allowed_domains: string[]; greeting: Record<string, string> };

function readLook(channel: Channel): ChatLook {
  const { colour, position, allowed_domains: domains, greeting } = channel.settings as Partial<ChatLook>;
  return { colour: colour ?? "#2f6f5e", position: position ?? "end", allowed_domains: domains ?? [], greeting: greeting ?? {} };
}

function LookForm({ channel, look, onChange, onSaved }: { channel: Channel; look: ChatLook; onChange: (look: ChatLook) => void; onSaved: (fresh: Channel) => void }) {
  const t = useT();
  const [domains, setDomains] = useState(look.allowed_domains.join("\n"));
  const save = useMutation({
    mutationFn: () => changeChannel(channel.id, { settings: { ...look, allowed_domains: domains.split("\n").map((line) => line.trim()).filter(Boolean) } }),
    onSuccess: (fresh) => {
      onSaved(fresh);
      toast({ text: t("settings.saved") });
    },
  });
  return (
    <div className="stack">
      {save.error && <Notice tone="red">{explain(save.error)}</Notice>}
      <TextField type="color" className={styles.colour} label={t("install.colour")} value={look.colour} onChange={(event) => onChange({ ...look, colour: event.target.value })} error={fieldError(save.error, "colour")} />
      <SelectField label={t("install.corner")} value={look.position} onChange={(event) => onChange({ ...look, position: event.target.value as ChatLook["position"] })}>
        <option value="end">{t("install.corner_end")}</option>
        <option value="start">{t("install.corner_start")}</option>
      </SelectField>
      <TextArea label={t("install.domains")} hint={t("install.domains_hint")} rows={3} spellCheck={false} placeholder={EXAMPLE} value={domains} onChange={(event) => setDomains(event.target.value)} error={fieldError(save.error, "allowed_domains")} />
      <div>
        <Button tone="primary" busy={save.isPending} onClick={() => save.mutate()}>
          {t("action.save")}
        </Button>
      </div>
    </div>
  );
}

/** How the chat gets onto the shop's pages, how it looks there, and who may be recognised. */
export function Install({ channel, onSaved }: { channel: Channel; onSaved: (fresh: Channel) => void }) {
  const t = useT();
  const mayWrite = useMay("channels:write");
  const [look, setLook] = useState(() => readLook(channel));
  const place = { origin: location.origin, key: channel.public_key, colour: look.colour, position: look.position };
  return (
    <div className={styles.install}>
      <div>
        <Part title={t("install.snippet")} intro={t("install.snippet_text")}>
          <Tabs
            label={t("install.snippet")}
            tabs={[
              { id: "html", label: t("install.any"), body: <CodeBlock label={t("install.any")} code={buildTag(place)} /> },
              { id: "shopify", label: SHOPIFY, body: <CodeBlock label={SHOPIFY} code={buildShopify(place)} /> },
              { id: "woo", label: WOO, body: <CodeBlock label={WOO} code={buildWooCommerce(place)} /> },
            ]}
          />
        </Part>
        {mayWrite && (
          <Part title={t("install.look")}>
            <LookForm channel={channel} look={look} onChange={setLook} onSaved={onSaved} />
          </Part>
        )}
        <IdentityPart channel={channel} />
      </div>
      <Preview channel={channel} look={look} />
    </div>
  );
}
