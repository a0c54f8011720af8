import type { CustomerRow, Id } from "@parley/client/types";
import { Avatar } from "@parley/ui/Avatar";
import { TextField } from "@parley/ui/Field";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { formatAgo } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";
import { Loading } from "@/lib/settings/Loading";

import { listCustomers } from "../api";
import styles from "./MergeDialog.module.css";

const PAUSE_MS = 200;
const MOST = 8;

/** Type a name or an address, choose one. */
export function FindCustomer({ not, onChoose }: { not: Id; onChoose: (found: CustomerRow) => void }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector("input")?.focus(), []);
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const query = useQuery({ queryKey: ["customers", "find", q], queryFn: () => listCustomers(q, null), placeholderData: keepPreviousData, staleTime: 30_000 });
  const found = (query.data?.items ?? []).filter((one) => one.id !== not).slice(0, MOST);
  return (
    <div ref={box} className={styles.find}>
      <TextField label={t("merge.who")} type="search" value={typed} placeholder={t("customers.search")} onChange={(event) => setTyped(event.target.value)} />
      <Loading query={query}>
        {found.length === 0 ? (
          <p className={styles.none}>{t("customers.nothing")}</p>
        ) : (
          <ul className={styles.found}>
            {found.map((one) => (
              <li key={one.id}>
                <button type="button" className={styles.choice} onClick={() => onChoose(one)}>
                  <Avatar name={nameCustomer(one)} seed={one.id} colour={one.avatar_colour} />
                  <span className={styles.who}>
                    <bdi>{nameCustomer(one)}</bdi>
                    <small>
                      <bdi>{one.email}</bdi>
                    </small>
                  </span>
                  <small>{one.last_seen === null ? "" : formatAgo(one.last_seen)}</small>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Loading>
    </div>
  );
}
