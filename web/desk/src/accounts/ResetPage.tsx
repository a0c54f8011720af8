import { Button } from "@parley/ui/Button";
import { TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type SubmitEvent, type ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { requestReset } from "./api";
import { Door } from "./Door";

/** Asks for a link by which a new password is chosen. */
export function ResetPage(): ReactNode {
  const t = useT();
  const [email, setEmail] = useState("");
  const ask = useMutation({ mutationFn: () => requestReset(email.trim()) });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <Door title={t("reset.title")} intro={t("reset.intro")} footer={<Link to="/login">{t("door.back")}</Link>}>
      {ask.isSuccess ? (
        <Notice tone="green">{t("reset.sent", { email: email.trim() })}</Notice>
      ) : (
        <form className="stack" onSubmit={submit}>
          {ask.error && <Notice tone="red">{explain(ask.error)}</Notice>}
          <TextField label={t("field.email")} type="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.target.value)} />
          <Button type="submit" tone="primary" size="l" wide busy={ask.isPending}>
            {t("reset.do")}
          </Button>
        </form>
      )}
    </Door>
  );
}
