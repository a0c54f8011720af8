import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { useMutation } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState, type SubmitEvent, type ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";

import { confirmReset } from "./api";
import { Door } from "./Door";
import { NewPassword } from "./NewPassword";

/** Chooses a new password by a mailed link. */
export function NewPasswordPage(): ReactNode {
  const t = useT();
  const { token } = useParams({ from: "/reset/$token" });
  const [password, setPassword] = useState("");
  const save = useMutation({ mutationFn: () => confirmReset(token, password) });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const wrong = fieldError(save.error, "password");
  return (
    <Door title={t("reset.new_title")} intro={t("reset.new_intro")} footer={<Link to="/login">{t("door.back")}</Link>}>
      {save.isSuccess ? (
        <Notice tone="green">{t("reset.done")}</Notice>
      ) : (
        <form className="stack" onSubmit={submit}>
          {save.error && wrong === undefined && <Notice tone="red">{explain(save.error)}</Notice>}
          <NewPassword value={password} onChange={setPassword} error={wrong} label={t("field.new_password")} />
          <Button type="submit" tone="primary" size="l" wide busy={save.isPending}>
            {t("reset.save")}
          </Button>
        </form>
      )}
    </Door>
  );
}
