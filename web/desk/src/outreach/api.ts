import type { DeciderSettings, OrderMessage, Page } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

export type Kind = OrderMessage["kind"];
/** Empty: nothing is set. */
export type Words = { subject: string; body: string };
export type OrderText = { kind: Kind; subject: string; html: string; words: Words; own: Words };
export type OrderTexts = { language: string; languages: string[]; variables: string[]; items: OrderText[] };

/** What is told of an order as it should go, and what is told when it does not. */
export const STATUS_KINDS = ["confirmation", "shipped", "delivered"] as const satisfies readonly Kind[];
export const DELAY_KINDS = ["late", "unsent", "stock_out", "pickup", "collect"] as const satisfies readonly Kind[];

export const listDeciders = () => unwrap(api.GET("/api/v1/deciders")) as Promise<Page<DeciderSettings>>;
export const saveDecider = ({ name, enabled, values }: DeciderSettings) => unwrap(api.PUT("/api/v1/deciders/{name}", { params: { path: { name } }, body: { enabled, values } })) as Promise<DeciderSettings>;
export const getTexts = (language: string) => unwrap(api.GET("/api/v1/order-messages/texts", { params: { query: { language } } })) as Promise<OrderTexts>;
