import { TextField } from "@parley/ui/Field";
import { Skeleton } from "@parley/ui/Skeleton";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";
import { keys } from "@/lib/query";
import { RecordDialog } from "@/lib/settings/RecordDialog";

import { confirmTotp, removeTotp, startTotp } from "../api";
import styles from "./Security.module.css";

/** Switches the second factor on: scan, then prove that it works. */
export function TotpDialog({ onClose, onDone }: { onClose: () => void; onDone: (codes: string[]) => void }) {
  const t = useT();
  const client = useQueryClient();
  const offer = useQuery({ queryKey: ["totp-offer"], queryFn: startTotp, staleTime: Infinity, gcTime: 0 });
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: () => confirmTotp(code.trim()),
    onSuccess: (answer) => {
      void client.invalidateQueries({ queryKey: keys.me });
      onDone(answer.recovery_codes);
    },
  });
  return (
    <RecordDialog title={t("totp.title")} intro={t("totp.intro")} confirm={t("totp.do")} busy={confirm.isPending} error={confirm.error ?? offer.error} fields={["code"]} ready={/^\d{6}$/.test(code.trim())} onSubmit={() => confirm.mutate()} onClose={onClose}>
      {offer.data ? (
        <>
          {/* The picture is drawn by our own server from its own secret. */}
          <div className={styles.qr} role="img" aria-label={t("totp.qr")} dangerouslySetInnerHTML={{ __html: offer.data.qr_svg }} />
          <div>
            <p>{t("totp.by_hand")}</p>
            <code className={styles.secret}>{offer.data.secret}</code>
          </div>
        </>
      ) : (
        offer.isPending && <Skeleton lines={4} label={t("state.loading")} />
      )}
      <TextField label={t("door.code")} inputMode="numeric" autoComplete="one-time-code" maxLength={6} value={code} onChange={(event) => setCode(event.target.value)} error={fieldError(confirm.error, "code")} />
    </RecordDialog>
  );
}

/** Switches the second factor off. */
export function useTotpOff() {
  const t = useT();
  const client = useQueryClient();
  return useMutation({
    mutationFn: removeTotp,
    onSuccess: () => {
      toast({ text: t("security.totp_is_off") });
      return client.invalidateQueries({ queryKey: keys.me });
    },
    onError: (error) => toast({ tone: "red", text: explain(error) }),
  });
}
