import type { ReactNode } from "react";

import { Shopping } from "@/commerce/panel/Shopping";
import { CustomerPage } from "@/customers/CustomerPage";

/** Everything known of one customer, and what the stores know besides. */
export function CustomerRoute(): ReactNode {
  return <CustomerPage more={(customer) => <Shopping customer={customer} />} />;
}
