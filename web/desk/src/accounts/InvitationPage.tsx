import { Button } from "@parley/ui/Button";
import { TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { Skeleton } from "@parley/ui/Skeleton";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState, type SubmitEvent, type ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";

import { acceptInvitation, getInvitation } from "./api";
import { Door } from "./Door";
import { NewPassword } from "./NewPassword";
import { useEnter } from "./useEnter";

/** Somebody who was invited gives his name and a password. */
export function InvitationPage(): ReactNode {
  const t = useT();
  const enter = useEnter();
  const { token } = useParams({ from: "/invitation/$token" });
  const { data, error } = useQuery({ queryKey: ["invitation", token], queryFn: () => getInvitation(token), staleTime: Infinity });
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const join = useMutation({ mutationFn: () => acceptInvitation(token, name.trim(), password), onSuccess: (session) => enter(session) });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    join.mutate();
  };
  if (error) {
    return (
      <Door title={t("invitation.over")} intro={t("invitation.over_text")} footer={<Link to="/login">{t("door.back")}</Link>}>
        <Notice tone="amber">{explain(error)}</Notice>
      </Door>
    );
  }
  if (!data) return <Door title={t("state.loading")}><Skeleton lines={4} label={t("state.loading")} /></Door>;
  return (
    <Door title={t("invitation.title", { workspace: data.workspace_name })} intro={t("invitation.intro", { email: data.email })}>
      <form className="stack" onSubmit={submit}>
        {join.error && <Notice tone="red">{explain(join.error)}</Notice>}
        <input type="hidden" name="username" autoComplete="username" value={data.email} readOnly />
        <TextField label={t("field.your_name")} required autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} error={fieldError(join.error, "name")} />
        <NewPassword value={password} onChange={setPassword} error={fieldError(join.error, "password")} />
        <Button type="submit" tone="primary" size="l" wide busy={join.isPending}>
          {t("invitation.do")}
        </Button>
      </form>
    </Door>
  );
}
