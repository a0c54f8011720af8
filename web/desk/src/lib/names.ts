import { t } from "@/lib/i18n/catalogue";

/** What to call a customer: the name, else the address, else that somebody is there. */
export function nameCustomer(customer: { name: string; email?: string | null }): string {
  return customer.name || (customer.email ?? "") || t("customer.visitor");
}

/** The first word of a name, for where there is little room. */
export function shortName(name: string): string {
  return name.split(" ")[0] ?? name;
}
