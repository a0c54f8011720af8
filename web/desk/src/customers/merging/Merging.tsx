import type { Customer, CustomerRow } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { Link } from "@tanstack/react-router";
import { Merge } from "lucide-react";
import { useState } from "react";

import { useMay } from "@/lib/directory";
import { formatDate } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";

import type { MergeReason } from "./api";
import { MergeDialog } from "./MergeDialog";
import styles from "./Merging.module.css";
import { useMergeActs, useMerges } from "./useMerging";

/** Who a customer also is, who he may be, and the way to say that two are one. */
export function Merging({ customer }: { customer: Customer }) {
  const t = useT();
  const may = useMay("customers:write");
  const { from, into, suggestions } = useMerges(customer.id);
  const { unmerge } = useMergeActs();
  const [open, setOpen] = useState<{ other: CustomerRow | null; reason: MergeReason } | null>(null);
  const undo = (id: string, name: string) => (
    <Button size="s" tone="quiet" busy={unmerge.isPending} onClick={() => unmerge.mutate({ id, name })}>
      {t("merge.undo")}
    </Button>
  );
  if (into) {
    return (
      <div className={styles.notice}>
        <Notice tone="amber" title={t("merge.into_title")} action={may && undo(customer.id, nameCustomer(customer))}>
          <Link to="/customers/$id" params={{ id: into.target.id }} className={styles.link}>
            {t("merge.into", { name: nameCustomer(into.target) })}
          </Link>
        </Notice>
      </div>
    );
  }
  return (
    <div className={styles.part}>
      {suggestions.map(({ customer: other, reason, value }) => (
        <Notice
          key={other.id}
          title={t("merge.maybe", { name: nameCustomer(other) })}
          action={
            may && (
              <Button size="s" onClick={() => setOpen({ other, reason })}>
                {t("merge.compare")}
              </Button>
            )
          }
        >
          {t(`merge_why.${reason}`, { value })}
        </Notice>
      ))}
      {from.length > 0 && (
        <ul className={styles.merges}>
          {from.map((merge) => (
            <li key={merge.id}>
              <Merge />
              <span>
                <Link to="/customers/$id" params={{ id: merge.source.id }} className={styles.link}>
                  {t("merge.from", { name: nameCustomer(merge.source) })}
                </Link>
                <small>
                  {merge.automatic || merge.by_name === null
                    ? t("merge.by_proof", { date: formatDate(merge.at), reason: tName("reason", merge.reason) })
                    : t("merge.by", { date: formatDate(merge.at), name: merge.by_name })}
                </small>
              </span>
              {may && undo(merge.source.id, nameCustomer(merge.source))}
            </li>
          ))}
        </ul>
      )}
      {may && (
        <Button size="s" tone="quiet" icon={<Merge />} onClick={() => setOpen({ other: null, reason: "by_hand" })}>
          {t("merge.with")}
        </Button>
      )}
      {open && <MergeDialog customer={customer} other={open.other} reason={open.reason} onClose={() => setOpen(null)} />}
    </div>
  );
}
