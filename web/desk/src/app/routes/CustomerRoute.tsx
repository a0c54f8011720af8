import type { ReactNode } from "react";

import { PersonalAgent } from "@/automation/routing/PersonalAgent";
import { Shopping } from "@/commerce/panel/Shopping";
import { CustomerPage } from "@/customers/CustomerPage";

/** Everything known of one customer, and what the stores know besides. */
export function CustomerRoute(): ReactNode {
  return (
    <CustomerPage
      more={(customer) => (
        <>
          <PersonalAgent customer={customer.id} />
          <Shopping customer={customer} />
        </>
      )}
    />
  );
}
