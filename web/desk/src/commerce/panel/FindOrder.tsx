import type { Id } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useState, type SubmitEvent } from "react";

import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { findOrders } from "../api";
import { FoundOrder } from "./FoundOrder";
import styles from "./panel.module.css";

/** An order that is not under this customer: found by its number or the address it was placed with. */
export function FindOrder({ customerId, onClose }: { customerId: Id; onClose: () => void }) {
  const t = useT();
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  const query = useQuery({
    queryKey: ["order-search", asked],
    queryFn: () => findOrders(asked.includes("@") ? { email: asked } : { number: asked }),
    enabled: asked !== "",
    staleTime: 0,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (typed.trim() === asked) void query.refetch();
    else setAsked(typed.trim());
  };
  const found = query.data?.items ?? [];
  return (
    <Dialog open onClose={onClose} title={t("find.title")} intro={t("find.intro")} closeLabel={t("action.close_dialog")}>
      <form className="stack" onSubmit={submit}>
        <div className={styles.search}>
          <TextField label={t("find.field")} type="search" autoComplete="off" dir="auto" maxLength={200} value={typed} onChange={(event) => setTyped(event.target.value)} />
          <Button type="submit" icon={<Search />} busy={query.isFetching} disabled={typed.trim() === ""}>
            {t("find.do")}
          </Button>
        </div>
        <div aria-live="polite">
          {query.error && <Notice tone="red">{explain(query.error)}</Notice>}
          {query.data && found.length === 0 && <p className={styles.meta}>{t("find.nothing")}</p>}
          <ul className={styles.rows}>
            {found.map((order) => (
              <FoundOrder key={order.id} order={order} customerId={customerId} onLinked={onClose} />
            ))}
          </ul>
        </div>
      </form>
    </Dialog>
  );
}
