import type { Id, OrderLine, Product, Variant } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";

import { t } from "@/lib/i18n/catalogue";
import { keys } from "@/lib/query";

import { listProducts } from "../api";
import { formatMoney } from "../money";

/** What the catalogue holds for some words; nothing is asked for none. */
export function useProducts(storeId: Id, q: string) {
  return useQuery({ queryKey: keys.products(storeId, q), queryFn: () => listProducts(storeId, q), enabled: q !== "", staleTime: 60_000 });
}

/** The product that a line of an order is of, with all its variants; null while it is not known. */
export function useProductOf(storeId: Id, line: Pick<OrderLine, "title" | "product_ref" | "variant_ref">): Product | null {
  const { data } = useProducts(storeId, line.title.replace(/[^\p{L}\p{N}\s-]/gu, " ").trim());
  const found = data?.items.find((one) => (line.product_ref === null ? one.variants.some((variant) => variant.ref === line.variant_ref) : one.ref === line.product_ref));
  return found ?? null;
}

/** How much of it there is, in words. */
export function nameStock({ available, stock }: Pick<Variant, "available" | "stock">): string {
  if (!available || stock === 0) return t("stock.none");
  return stock === null ? t("stock.some") : t("stock.left", { n: stock });
}

/** A variant as a list of choices shows it: what, for how much, how many are left. */
export function nameVariant(variant: Variant, currency: string): string {
  return `${variant.title} · ${formatMoney(variant.price, currency)} · ${nameStock(variant)}`;
}
