import type { Id, Order } from "@parley/client/types";

import { ReturnForm } from "../returns/ReturnForm";
import { AddressForm } from "./AddressForm";
import { CancelForm } from "./CancelForm";
import { DuplicateForm } from "./DuplicateForm";
import { EditForm } from "./EditForm";
import { RefundForm } from "./RefundForm";

const FORMS = { edit: EditForm, address: AddressForm, cancel: CancelForm, refund: RefundForm, duplicate: DuplicateForm };

/** The form of one act on an order. */
export function OrderForm({ act, order, conversationId = null, onClose }: { act: keyof typeof FORMS | "return"; order: Order; conversationId?: Id | null; onClose: () => void }) {
  if (act === "return") return <ReturnForm order={order} conversationId={conversationId} onClose={onClose} />;
  const Form = FORMS[act];
  return <Form order={order} onClose={onClose} />;
}
