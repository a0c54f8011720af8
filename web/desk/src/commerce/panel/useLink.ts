import type { Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { t } from "@/lib/i18n/catalogue";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { linkOrder } from "../api";

/** Says by hand whose an order is, or takes the link away. */
export function useLink(customerId: Id) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ orderId, to }: { orderId: Id; to: Id | null }) => linkOrder(orderId, to),
    onSuccess: (order, { to }) => {
      toast({ text: t(to === null ? "order.unlinked" : "order.linked", { number: order.number }) });
      for (const queryKey of [keys.customerOrders(customerId), keys.shopping(customerId), ["order-search"]]) void client.invalidateQueries({ queryKey });
    },
    onError: (error) => toast({ tone: "red", text: explain(error) }),
  });
}
