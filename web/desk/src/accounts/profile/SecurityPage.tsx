import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState, type SubmitEvent, type ReactNode } from "react";

import { formatDate } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page, Part, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";
import { RecordDialog } from "@/lib/settings/RecordDialog";

import { addPasskey, changePassword, offerPasskey, removePasskey, renewRecoveryCodes } from "../api";
import { NewPassword } from "../NewPassword";
import { canPasskey, isCancelled, makePasskey } from "../passkeys";
import { Codes } from "./Codes";
import { Sessions } from "./Sessions";
import { TotpDialog, useTotpOff } from "./Totp";
import { useMe } from "./useMe";

function Password() {
  const t = useT();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const save = useMutation({
    mutationFn: () => changePassword(current, next),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      toast({ text: t("security.password_done") });
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const named = fieldError(save.error, "current") ?? fieldError(save.error, "password");
  return (
    <form className="stack" onSubmit={submit}>
      {save.error && named === undefined && <Notice tone="red">{explain(save.error)}</Notice>}
      <TextField label={t("security.current")} type="password" autoComplete="current-password" value={current} onChange={(event) => setCurrent(event.target.value)} error={fieldError(save.error, "current")} />
      <NewPassword label={t("field.new_password")} value={next} onChange={setNext} error={fieldError(save.error, "password")} />
      <div>
        <Button type="submit" busy={save.isPending} disabled={next === ""}>
          {t("security.change_password")}
        </Button>
      </div>
    </form>
  );
}

function PasskeyDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: async () => addPasskey(await makePasskey(await offerPasskey()), name.trim()),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.me });
      onClose();
    },
  });
  const error = isCancelled(make.error) ? null : make.error;
  return (
    <RecordDialog title={t("security.passkey_add")} intro={t("security.passkey_intro")} confirm={t("door.continue")} busy={make.isPending} error={error} ready={name.trim() !== ""} onSubmit={() => make.mutate()} onClose={onClose}>
      <TextField label={t("field.name")} placeholder={t("security.passkey_example")} maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
    </RecordDialog>
  );
}

/** Password, second factor, passkeys and where one is signed in. */
export function SecurityPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const { query, me } = useMe();
  const [open, setOpen] = useState<"totp" | "passkey" | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const turnOff = useTotpOff();
  const renew = useMutation({ mutationFn: renewRecoveryCodes, onSuccess: (answer) => setCodes(answer.recovery_codes), onError: (error) => toast({ tone: "red", text: explain(error) }) });
  const drop = useMutation({ mutationFn: removePasskey, onSuccess: () => client.invalidateQueries({ queryKey: keys.me }), onError: (error) => toast({ tone: "red", text: explain(error) }) });
  return (
    <Page title={t("settings.security")} intro={t("security.intro")}>
      {me?.must_enrol_totp && <Notice tone="amber">{t("security.must_enrol")}</Notice>}
      <Loading query={query}>
        {me && (
          <>
            <Part
              title={t("security.totp")}
              intro={t("security.totp_intro")}
              action={
                me.totp ? (
                  <Button onClick={() => turnOff.mutate()} busy={turnOff.isPending}>
                    {t("security.totp_off")}
                  </Button>
                ) : (
                  <Button tone="primary" onClick={() => setOpen("totp")}>
                    {t("security.totp_on")}
                  </Button>
                )
              }
            >
              {me.totp && (
                <div className="cluster">
                  <Chip tone="green">{t("security.on")}</Chip>
                  <span>{t("security.codes_left", { n: me.recovery_codes_left })}</span>
                  <Button size="s" busy={renew.isPending} onClick={() => renew.mutate()}>
                    {t("security.codes_new")}
                  </Button>
                </div>
              )}
            </Part>
            {canPasskey() && (
              <Part title={t("security.passkeys")} intro={t("security.passkeys_intro")} action={<Button onClick={() => setOpen("passkey")}>{t("security.passkey_add")}</Button>}>
                {me.passkeys.length > 0 && (
                  <RecordList label={t("security.passkeys")}>
                    {me.passkeys.map((one) => (
                      <Record
                        key={one.id}
                        icon={<KeyRound />}
                        title={one.name}
                        meta={one.last_used_at === null ? t("security.made", { date: formatDate(one.created_at) }) : t("security.used", { date: formatDate(one.last_used_at) })}
                        actions={<RecordActions name={one.name} onRemove={() => drop.mutate(one.id)} warning={t("security.passkey_remove")} />}
                      />
                    ))}
                  </RecordList>
                )}
              </Part>
            )}
            <Part title={t("field.password")} intro={t("security.password_intro")}>
              <Password />
            </Part>
            <Sessions />
          </>
        )}
      </Loading>
      {open === "totp" && (
        <TotpDialog
          onClose={() => setOpen(null)}
          onDone={(made) => {
            setOpen(null);
            setCodes(made);
          }}
        />
      )}
      {open === "passkey" && <PasskeyDialog onClose={() => setOpen(null)} />}
      {codes && <Codes codes={codes} onClose={() => setCodes(null)} />}
    </Page>
  );
}
