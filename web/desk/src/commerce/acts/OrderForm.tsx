import type { Order } from "@parley/client/types";

import { AddressForm } from "./AddressForm";
import { CancelForm } from "./CancelForm";
import { DuplicateForm } from "./DuplicateForm";
import { EditForm } from "./EditForm";
import { RefundForm } from "./RefundForm";

const FORMS = { edit: EditForm, address: AddressForm, cancel: CancelForm, refund: RefundForm, duplicate: DuplicateForm };

/** The form of one act on an order. */
export function OrderForm({ act, order, onClose }: { act: keyof typeof FORMS; order: Order; onClose: () => void }) {
  const Form = FORMS[act];
  return <Form order={order} onClose={onClose} />;
}
