import type { Id } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { Button } from "@parley/ui/Button";
import { TextField } from "@parley/ui/Field";
import { toast } from "@parley/ui/Toasts";
import { useMutation } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { useAgents, useSelf } from "@/lib/directory";
import { foldText } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { onlineAgents } from "@/lib/live/presence";
import { explain } from "@/lib/problem";
import { useStore } from "@/lib/store";

import { openThread } from "./api";
import styles from "./Direct.module.css";
import { openMessages } from "./panel";

const MOST = 7;

/** Choose a colleague, or a few. */
export function NewThread() {
  const t = useT();
  const { agent } = useSelf();
  const { items } = useAgents();
  const online = useStore(onlineAgents);
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<readonly Id[]>([]);
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => box.current?.querySelector("input")?.focus(), []);
  const start = useMutation({
    mutationFn: () => openThread([...chosen]),
    onSuccess: (thread) => openMessages({ thread: thread.id }),
    onError: (error) => toast({ tone: "red", text: explain(error) }),
  });
  const shown = items.filter((one) => one.id !== agent.id && one.state === "active" && foldText(one.name).includes(foldText(typed.trim())));
  const toggle = (id: Id) => setChosen((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id].slice(-MOST)));
  return (
    <form
      ref={box}
      className={styles.choose}
      onSubmit={(event) => {
        event.preventDefault();
        const only = shown.length === 1 ? shown[0] : undefined;
        if (chosen.length > 0) start.mutate();
        else if (only) toggle(only.id);
      }}
    >
      <TextField label={t("direct.with")} type="search" value={typed} onChange={(event) => setTyped(event.target.value)} />
      <ul className={styles.list}>
        {shown.map((one) => (
          <li key={one.id}>
            <button type="button" className={styles.row} aria-pressed={chosen.includes(one.id)} onClick={() => toggle(one.id)}>
              <Avatar name={one.name} colour={one.avatar_colour} online={online.has(one.id)} />
              <bdi className={styles.words}>{one.name}</bdi>
              {chosen.includes(one.id) && <Check className={styles.check} />}
            </button>
          </li>
        ))}
        {shown.length === 0 && <li className={styles.none}>{t("direct.nobody")}</li>}
      </ul>
      <Button tone="primary" type="submit" busy={start.isPending} disabled={chosen.length === 0}>
        {t("direct.start")}
      </Button>
    </form>
  );
}
