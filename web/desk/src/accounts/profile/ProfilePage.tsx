import type { Me } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { CheckField, SelectField, TextArea, TextField } from "@parley/ui/Field";
import { toast } from "@parley/ui/Toasts";
import { useState, type SubmitEvent, type ReactNode } from "react";

import { changeDevice, device } from "@/lib/device";
import { escapeText, plainText } from "@/lib/html";
import { LOCALES, setLocale } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { fieldError } from "@/lib/problem";
import { Loading } from "@/lib/settings/Loading";
import { Page, Part } from "@/lib/settings/Page";
import { ZoneField } from "@/lib/settings/ZoneField";
import { useStore } from "@/lib/store";

import { useMe } from "./useMe";

function Person({ me }: { me: Me }) {
  const t = useT();
  const { change } = useMe();
  const [name, setName] = useState(me.name);
  const [zone, setZone] = useState(me.time_zone);
  const [language, setLanguage] = useState(me.language);
  const [signature, setSignature] = useState(() => plainText(me.signature_html));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change.mutate(
      { name: name.trim(), time_zone: zone, language, signature_html: escapeText(signature) },
      {
        onSuccess: () => {
          toast({ text: t("settings.saved") });
          void setLocale(language, true);
        },
      },
    );
  };
  return (
    <form className="stack" onSubmit={submit}>
      <TextField label={t("field.your_name")} value={name} maxLength={80} required onChange={(event) => setName(event.target.value)} error={fieldError(change.error, "name")} />
      <TextField label={t("field.email")} value={me.email} readOnly />
      <SelectField label={t("field.language")} value={language} onChange={(event) => setLanguage(event.target.value)} error={fieldError(change.error, "language")}>
        {!(language in LOCALES) && <option value={language}>{language}</option>}
        {Object.entries(LOCALES).map(([tag, own]) => (
          <option key={tag} value={tag}>
            {own}
          </option>
        ))}
      </SelectField>
      <ZoneField value={zone} onChange={setZone} error={fieldError(change.error, "time_zone")} />
      <TextArea label={t("profile.signature")} hint={t("profile.signature_hint")} rows={4} value={signature} onChange={(event) => setSignature(event.target.value)} />
      <div>
        <Button type="submit" tone="primary" busy={change.isPending}>
          {t("action.save")}
        </Button>
      </div>
    </form>
  );
}

/** What colleagues and customers see of the reader, and how the desk looks to him. */
export function ProfilePage(): ReactNode {
  const t = useT();
  const { query, me, change } = useMe();
  const { theme, singleKeys } = useStore(device);
  const setTheme = (next: "system" | "light" | "dark") => {
    changeDevice({ theme: next });
    change.mutate({ theme: next });
  };
  return (
    <Page title={t("settings.profile")} intro={t("profile.intro")}>
      <Loading query={query}>{me && <Person me={me} />}</Loading>
      <Part title={t("profile.desk")}>
        <div className="stack">
          <SelectField label={t("profile.theme")} value={theme} onChange={(event) => setTheme(event.target.value as "system" | "light" | "dark")}>
            {(["system", "light", "dark"] as const).map((one) => (
              <option key={one} value={one}>
                {t(`theme.${one}`)}
              </option>
            ))}
          </SelectField>
          <CheckField as="switch" label={t("shortcuts.single")} hint={t("shortcuts.single_hint")} checked={singleKeys} onChange={(event) => changeDevice({ singleKeys: event.target.checked })} />
        </div>
      </Part>
    </Page>
  );
}
