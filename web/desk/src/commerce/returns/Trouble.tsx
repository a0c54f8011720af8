import type { StoreReturn } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { RotateCw, Tag } from "lucide-react";
import { useState } from "react";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";

import { explainAct } from "../acts/errors";
import { LabelForm } from "../acts/LabelForm";
import { retryReturn } from "../api";
import { explainTrouble, readTrouble } from "./trouble";

/** Whether somebody may buy a label here: the policy leaves the way to the customer, or the job could not buy it. */
export function wantsLabel(found: Pick<StoreReturn, "state" | "label_url" | "decision" | "error">): boolean {
  if (found.state !== "approved" || found.label_url !== "") return false;
  const trouble = readTrouble(found.error);
  return found.decision.label !== "shop" || (trouble?.act === "label" && trouble.code !== "unknown");
}

/** What went wrong with a return, in words, and how to go on from there. */
export function Trouble({ found }: { found: StoreReturn }) {
  const t = useT();
  const client = useQueryClient();
  const mayApprove = useMay("orders:approve");
  const trouble = readTrouble(found.error);
  const retry = useMutation({
    mutationFn: (act: "return" | "label" | "refund") => retryReturn(found.id, act),
    onSuccess: (fresh) => {
      client.setQueryData(keys.returns({ one: found.id }), fresh);
      toast({ text: t("returns.begun_again") });
    },
    onError: (error) => toast({ tone: "red", text: explainAct(error) }),
  });
  if (found.error === "") return null;
  if (trouble === null) return <Notice tone="red">{found.error}</Notice>;
  return (
    <Notice tone="red" title={t(`returns.trouble.${trouble.act}`)}>
      <div className="stack">
        <p>{explainTrouble(trouble)}</p>
        {trouble.code === "unknown" ? (
          <p>
            <Link to="/approvals">{t("returns.settle")}</Link>
          </p>
        ) : mayApprove ? (
          <div>
            <Button size="s" icon={<RotateCw />} busy={retry.isPending} onClick={() => retry.mutate(trouble.act)}>
              {t("action.try_again")}
            </Button>
          </div>
        ) : (
          <p>{t("returns.retry_by_lead")}</p>
        )}
      </div>
    </Notice>
  );
}

/** A label for the way back, bought by hand. */
export function BuyLabel({ found }: { found: StoreReturn }) {
  const t = useT();
  const mayWrite = useMay("orders:write");
  const [open, setOpen] = useState(false);
  if (!mayWrite || (!open && !wantsLabel(found))) return null;
  return (
    <>
      <Button size="s" icon={<Tag />} onClick={() => setOpen(true)}>
        {t("returns.buy_label")}
      </Button>
      {open && <LabelForm found={found} onClose={() => setOpen(false)} />}
    </>
  );
}
