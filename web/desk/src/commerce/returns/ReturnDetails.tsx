import type { Id, PlanLine, StoreReturn } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { toast } from "@parley/ui/Toasts";
import { TextArea } from "@parley/ui/Field";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, Download, ExternalLink, PackageCheck, X } from "lucide-react";
import { useState } from "react";

import { useMay } from "@/lib/directory";
import { tName, tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";

import { explainAct } from "../acts/errors";
import { say } from "../acts/sentences";
import { approveReturn, cancelReturn, closeReturn, declineReturn, getReturn, receiveReturn } from "../api";
import { formatMoney } from "../money";
import styles from "./Returns.module.css";
import { BuyLabel, Trouble } from "./Trouble";

/** What the policy said, once each: what speaks against it, and why a person must look. */
export function listDoubts({ decision }: Pick<StoreReturn, "decision">): PlanLine[] {
  const lines = decision.lines ?? [];
  const all = [...(decision.problems ?? []), ...lines.flatMap((one) => one.problems), ...(decision.doubts ?? []), ...lines.flatMap((one) => one.doubts)];
  return [...new Map(all.map((line) => [JSON.stringify(line), line])).values()];
}

function Lines({ found }: { found: StoreReturn }) {
  const t = useT();
  return (
    <ul className={styles.lines}>
      {found.lines.map((line) => (
        <li key={line.line}>
          <span className={styles.between}>
            <span>
              {line.quantity} × <bdi>{line.title}</bdi>
            </span>
            <span>{formatMoney(line.amount, found.currency)}</span>
          </span>
          <span className={styles.meta}>
            {[tOr("return_reason", line.reason, line.reason), line.resolution === "exchange" ? t("returns.exchange", { title: line.exchange_title }) : tName("resolution", line.resolution)].join(" · ")}
          </span>
          {line.note !== "" && <p className={styles.note} dir="auto">{line.note}</p>}
          {line.photos.length > 0 && (
            <span className={styles.photos}>
              {line.photos.map((photo, i) => (
                <a key={photo.id} href={photo.url} target="_blank" rel="noreferrer">
                  <img src={photo.thumbnail_url === "" ? photo.url : photo.thumbnail_url} alt={t("returns.photo", { n: i + 1, title: line.title })} loading="lazy" />
                </a>
              ))}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Acts({ found }: { found: StoreReturn }) {
  const t = useT();
  const client = useQueryClient();
  const mayWrite = useMay("orders:write");
  const mayApprove = useMay("orders:approve");
  const [note, setNote] = useState("");
  const act = useMutation({
    mutationFn: (run: (id: Id, note: string) => Promise<StoreReturn>) => run(found.id, note.trim()),
    onSuccess: () => setNote(""),
    onSettled: () => void client.invalidateQueries({ queryKey: ["returns"] }),
    onError: (error) => toast({ tone: "red", text: explainAct(error) }),
  });
  const waiting = found.state === "requested" && mayApprove;
  const coming = (found.state === "approved" || found.state === "in_transit") && mayWrite;
  const done = found.state === "received" && mayWrite;
  if (!waiting && !coming && !done) return found.state === "requested" ? <p className={styles.meta}>{t("returns.by_lead")}</p> : null;
  return (
    <div className="stack">
      <TextArea label={t("returns.note")} hint={waiting ? t("returns.note_hint") : undefined} rows={2} dir="auto" maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
      <div className="cluster">
        {waiting && (
          <Button tone="primary" icon={<Check />} busy={act.isPending} onClick={() => act.mutate((id) => approveReturn(id))}>
            {t("approvals.approve")}
          </Button>
        )}
        {waiting && (
          <Button icon={<X />} busy={act.isPending} onClick={() => act.mutate(declineReturn)}>
            {t("approvals.decline")}
          </Button>
        )}
        {coming && (
          <Button tone="primary" icon={<PackageCheck />} busy={act.isPending} onClick={() => act.mutate(receiveReturn)}>
            {t("returns.receive")}
          </Button>
        )}
        {found.state === "approved" && coming && (
          <Button icon={<X />} busy={act.isPending} onClick={() => act.mutate(cancelReturn)}>
            {t("returns.cancel")}
          </Button>
        )}
        {(coming || done) && (
          <Button tone="quiet" busy={act.isPending} onClick={() => act.mutate(closeReturn)}>
            {t("returns.close")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** One return: what comes back and why, what the policy said, label and way, and what is to be decided. */
export function ReturnDetails({ id }: { id: Id }) {
  const t = useT();
  const query = useQuery({ queryKey: keys.returns({ one: id }), queryFn: () => getReturn(id) });
  const found = query.data;
  return (
    <Loading query={query}>
      {found && (
        <div className={styles.details}>
          <Lines found={found} />
          <p className={styles.between}>
            <span>{t(found.destination === "store_credit" ? "returns.credit" : "returns.refund")}</span>
            <strong>{formatMoney(found.refund_amount, found.currency)}</strong>
          </p>
          {found.fee > 0 && <p className={styles.meta}>{t("returns.fee", { amount: formatMoney(found.fee, found.currency) })}</p>}
          {found.note !== "" && <p className={styles.note} dir="auto">{found.note}</p>}
          {found.state === "requested" && listDoubts(found).length > 0 && (
            <Notice tone="amber" title={t("returns.why")}>
              <ul className={styles.lines}>
                {listDoubts(found).map((line, i) => (
                  <li key={i}>{say(line)}</li>
                ))}
              </ul>
            </Notice>
          )}
          <Trouble found={found} />
          <div className="cluster">
            {found.label_url !== "" && (
              <a href={found.label_url} target="_blank" rel="noreferrer" className={styles.out}>
                {t("returns.label")}
                <Download />
              </a>
            )}
            {found.tracking_url !== null && found.tracking_url !== "" && (
              <a href={found.tracking_url} target="_blank" rel="noreferrer" className={styles.out}>
                <bdi>{[found.carrier, found.tracking_number].filter(Boolean).join(" ")}</bdi>
                <ExternalLink />
              </a>
            )}
            <BuyLabel found={found} />
            {found.customer_id !== null && (
              <Link to="/customers/$id" params={{ id: found.customer_id }} className={styles.out}>
                {t("returns.customer")}
              </Link>
            )}
            {found.conversation_id !== null && (
              <Link to="/conversations/$id" params={{ id: found.conversation_id }} className={styles.out}>
                {t("returns.conversation")}
              </Link>
            )}
          </div>
          <Acts found={found} />
        </div>
      )}
    </Loading>
  );
}
