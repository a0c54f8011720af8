import type { ConversationRow, Id } from "@parley/client/types";
import { TextField } from "@parley/ui/Field";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { formatAgo } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";
import { Loading } from "@/lib/settings/Loading";

import { findConversations } from "./api";
import styles from "./Join.module.css";

const PAUSE_MS = 200;
const MOST = 8;

/** The customer's other conversations first; type words or a number to find any. */
export function FindConversation({ not, customer, onChoose }: { not: Id; customer: Id; onChoose: (found: ConversationRow) => void }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector("input")?.focus(), []);
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const query = useQuery({ queryKey: ["join-with", customer, q], queryFn: () => findConversations(q, customer), placeholderData: keepPreviousData, staleTime: 0 });
  const found = (query.data ?? []).filter((one) => one.id !== not).slice(0, MOST);
  return (
    <div ref={box} className={styles.find}>
      <TextField label={t("join.which")} hint={t("join.which_hint")} type="search" value={typed} onChange={(event) => setTyped(event.target.value)} />
      <Loading query={query}>
        {found.length === 0 ? (
          <p className={styles.none}>{t(q === "" ? "join.no_others" : "join.nothing")}</p>
        ) : (
          <ul className={styles.found}>
            {found.map((one) => (
              <li key={one.id}>
                <button type="button" className={styles.choice} onClick={() => onChoose(one)}>
                  <span className={styles.who}>
                    #{one.number} <bdi>{one.subject || nameCustomer(one.customer)}</bdi>
                    <small>
                      <bdi>{one.customer.id === customer ? one.preview?.text : nameCustomer(one.customer)}</bdi>
                    </small>
                  </span>
                  <small>{formatAgo(one.last_message_at)}</small>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Loading>
    </div>
  );
}
