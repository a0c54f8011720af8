import { Button } from "@parley/ui/Button";
import { TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, Navigate, useSearch } from "@tanstack/react-router";
import { Fingerprint } from "lucide-react";
import { useState, type SubmitEvent, type ReactNode } from "react";

import { sessionQuery } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain, Problem } from "@/lib/problem";

import { confirmCode, offerPasskeySignIn, signIn, signInWithPasskey } from "./api";
import { Door } from "./Door";
import styles from "./Door.module.css";
import { askPasskey, canPasskey, isCancelled } from "./passkeys";
import { useEnter } from "./useEnter";

function explainSignIn(error: unknown): string {
  return error instanceof Problem && error.status === 401 && error.detail !== "" ? error.detail : explain(error);
}

function CodeForm({ next, onBack }: { next: string | undefined; onBack: () => void }) {
  const t = useT();
  const enter = useEnter();
  const [code, setCode] = useState("");
  const [recovery, setRecovery] = useState(false);
  const confirm = useMutation({ mutationFn: () => confirmCode(code.trim()), onSuccess: (session) => enter(session, next) });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  return (
    <Door title={t("door.code_title")} intro={t(recovery ? "door.recovery_intro" : "door.code_intro")}>
      <form className="stack" onSubmit={submit}>
        {confirm.error && <Notice tone="red">{explainSignIn(confirm.error)}</Notice>}
        <TextField
          fieldClass={recovery ? undefined : styles.code}
          label={t(recovery ? "door.recovery" : "door.code")}
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the page is this one field
          autoFocus
          autoComplete="one-time-code"
          inputMode={recovery ? "text" : "numeric"}
          maxLength={recovery ? 40 : 6}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button type="submit" tone="primary" size="l" wide busy={confirm.isPending} disabled={code.trim() === ""}>
          {t("door.continue")}
        </Button>
        <button
          type="button"
          className={styles.aside}
          onClick={() => {
            setRecovery(!recovery);
            setCode("");
          }}
        >
          {t(recovery ? "door.use_code" : "door.use_recovery")}
        </button>
        <button type="button" className={styles.aside} onClick={onBack}>
          {t("action.back")}
        </button>
      </form>
    </Door>
  );
}

/** Password, code or passkey. */
export function SignInPage(): ReactNode {
  const t = useT();
  const enter = useEnter();
  const { next } = useSearch({ from: "/login" });
  const { data: session } = useQuery(sessionQuery);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState(false);
  const [waiting, setWaiting] = useState(false);
  const first = useMutation({
    mutationFn: () => signIn(email.trim(), password),
    onSuccess: async (answer) => {
      setAgain(false);
      setWaiting(answer.state === "totp");
      await enter(answer, next);
    },
  });
  const passkey = useMutation({
    mutationFn: async () => signInWithPasskey(await askPasskey(await offerPasskeySignIn())),
    onSuccess: (answer) => enter(answer, next),
  });
  if (session?.state === "setup") return <Navigate to="/setup" replace />;
  if (session?.state === "signed_in") return <Navigate to={next ?? "/"} replace />;
  if (!again && (waiting || session?.state === "totp")) return <CodeForm next={next} onBack={() => setAgain(true)} />;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    first.mutate();
  };
  const error = first.error ?? (passkey.error && !isCancelled(passkey.error) ? passkey.error : null);
  return (
    <Door title={t("door.title")} intro={t("door.intro")}>
      <form className="stack" onSubmit={submit}>
        {error && <Notice tone="red">{explainSignIn(error)}</Notice>}
        <TextField label={t("field.email")} type="email" name="email" autoComplete="username webauthn" required value={email} onChange={(event) => setEmail(event.target.value)} />
        <TextField label={t("field.password")} type="password" name="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
        <Button type="submit" tone="primary" size="l" wide busy={first.isPending}>
          {t("door.sign_in")}
        </Button>
        <Link to="/reset" className={styles.aside}>
          {t("door.forgot")}
        </Link>
      </form>
      {canPasskey() && (
        <>
          <div className={styles.or}>{t("door.or")}</div>
          <Button size="l" wide icon={<Fingerprint />} busy={passkey.isPending} onClick={() => passkey.mutate()}>
            {t("door.passkey")}
          </Button>
        </>
      )}
    </Door>
  );
}
