import { Button } from "@parley/ui/Button";
import { TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Navigate, useSearch } from "@tanstack/react-router";
import { useState, type SubmitEvent, type ReactNode } from "react";

import { sessionQuery } from "@/lib/directory";
import { i18n } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain, fieldError } from "@/lib/problem";

import { setUp } from "./api";
import { Door } from "./Door";
import { NewPassword } from "./NewPassword";
import { useEnter } from "./useEnter";

/** The first run: the workspace and its owner. */
export function SetupPage(): ReactNode {
  const t = useT();
  const enter = useEnter();
  const { data: session } = useQuery(sessionQuery);
  const given = useSearch({ from: "/setup" });
  const [form, setForm] = useState({ token: given.token ?? "", workspace_name: "", name: "", email: "", password: "" });
  const set = (part: Partial<typeof form>) => setForm((old) => ({ ...old, ...part }));
  const make = useMutation({
    mutationFn: () => setUp({ ...form, language: i18n.get().locale, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
    onSuccess: (answer) => enter(answer, "/settings/channels"),
  });
  if (session && session.state !== "setup" && !make.isPending) return <Navigate to="/" replace />;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    make.mutate();
  };
  const error = (field: string) => fieldError(make.error, field);
  return (
    <Door title={t("setup.title")} intro={t("setup.intro")}>
      <form className="stack" onSubmit={submit}>
        {make.error && <Notice tone="red">{explain(make.error)}</Notice>}
        {given.token === undefined && (
          <TextField label={t("setup.token")} hint={t("setup.token_hint")} required autoComplete="off" spellCheck={false} value={form.token} onChange={(event) => set({ token: event.target.value })} error={error("token")} />
        )}
        <TextField label={t("setup.workspace")} required maxLength={80} value={form.workspace_name} onChange={(event) => set({ workspace_name: event.target.value })} error={error("workspace_name")} />
        <TextField label={t("field.your_name")} required autoComplete="name" value={form.name} onChange={(event) => set({ name: event.target.value })} error={error("name")} />
        <TextField label={t("field.email")} type="email" required autoComplete="username" value={form.email} onChange={(event) => set({ email: event.target.value })} error={error("email")} />
        <NewPassword value={form.password} onChange={(password) => set({ password })} error={error("password")} />
        <Button type="submit" tone="primary" size="l" wide busy={make.isPending}>
          {t("setup.do")}
        </Button>
      </form>
    </Door>
  );
}
