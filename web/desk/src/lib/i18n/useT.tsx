import { Fragment, type ReactNode } from "react";

import { useStore } from "@/lib/store";

import { i18n, t, tParts, type Key } from "./catalogue";

/** `t`, and a new drawing when the language changes. */
export function useT(): typeof t {
  useStore(i18n);
  return t;
}

/** A text of the catalogue with elements among its values. */
export function T({ k, ...values }: { k: Key } & Record<string, ReactNode>) {
  useStore(i18n);
  return tParts<ReactNode>(k, values as Record<string, ReactNode & {}>).map((piece, i) => <Fragment key={i}>{piece}</Fragment>);
}
