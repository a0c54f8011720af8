import type { Customer, CustomerRow } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";

import type { MergeReason } from "./api";
import { FindCustomer } from "./FindCustomer";
import { MergePreview } from "./MergePreview";
import { useMergeActs } from "./useMerging";

type MergeDialogProps = { customer: Customer; other: CustomerRow | null; reason: MergeReason; onClose: () => void };

/** Two customers side by side, what a merge would do, and the merge. They can be swapped. */
export function MergeDialog({ customer, other, reason, onClose }: MergeDialogProps) {
  const t = useT();
  const navigate = useNavigate();
  const { merge } = useMergeActs();
  const [chosen, setChosen] = useState<CustomerRow | null>(other);
  // Who is better known stays.
  const judge = (found: CustomerRow | null) => found !== null && found.verified && !customer.verified;
  const [swapped, setSwapped] = useState(() => judge(other));
  const [ready, setReady] = useState(false);
  const source = swapped ? customer : chosen;
  const target = swapped ? chosen : customer;
  const choose = (found: CustomerRow) => {
    setChosen(found);
    setSwapped(judge(found));
  };
  const confirm = () => {
    if (!source || !target) return;
    merge.mutate(
      { id: source.id, into: target.id, reason: chosen?.id === other?.id ? reason : "by_hand", name: nameCustomer(target) },
      {
        onSuccess: () => {
          onClose();
          if (swapped && location.pathname === `/customers/${customer.id}`) void navigate({ to: "/customers/$id", params: { id: target.id } });
        },
      },
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("merge.title")}
      intro={t("merge.intro")}
      closeLabel={t("action.close_dialog")}
      footer={
        chosen && (
          <>
            <Button tone="quiet" icon={<ArrowLeftRight />} onClick={() => setSwapped(!swapped)}>
              {t("merge.swap")}
            </Button>
            <Button onClick={() => (other ? onClose() : setChosen(null))}>{t(other ? "action.cancel" : "merge.other")}</Button>
            <Button tone="primary" busy={merge.isPending} disabled={!ready} onClick={confirm}>
              {t("merge.confirm")}
            </Button>
          </>
        )
      }
    >
      {source && target ? <MergePreview source={source.id} target={target.id} onReady={setReady} /> : <FindCustomer not={customer.id} onChoose={choose} />}
    </Dialog>
  );
}
