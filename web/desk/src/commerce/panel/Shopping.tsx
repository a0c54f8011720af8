import type { CustomerBrief, Id, Order } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Search, ShoppingBag, TicketPercent } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useCommands } from "@/lib/commands/useCommands";
import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Section } from "@/lib/Section";
import { Loading } from "@/lib/settings/Loading";

import { DiscountForm } from "../acts/DiscountForm";
import { DraftForm } from "../acts/DraftForm";
import { OrderForm } from "../acts/OrderForm";
import { getShopper, listCustomerOrders } from "../api";
import { useStores } from "../useStores";
import { FindOrder } from "./FindOrder";
import { Freshness } from "./Freshness";
import { listOrderActs, OrderCard, type OrderAct } from "./OrderCard";
import { Subscriptions } from "./Subscriptions";
import { Summary } from "./Summary";
import { Unproven } from "./Unproven";
import { useFreshening } from "./useFreshening";
import { useLink } from "./useLink";
import styles from "./panel.module.css";

type ShoppingProps = { customer: CustomerBrief; /** The conversation beside which it is shown. */ conversationId?: Id | null };
type Doing = { act: OrderAct; order: Order } | { act: "find" | "draft" | "discount" };

function useOrders(customerId: Id) {
  const query = useInfiniteQuery({
    queryKey: keys.customerOrders(customerId),
    queryFn: ({ pageParam }: { pageParam: string | null }) => listCustomerOrders(customerId, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const orders = (query.data?.pages ?? []).flatMap((page) => page.items);
  useFreshening(orders.some((one) => one.stale), query.refetch);
  return { query, orders };
}

/** No order: because there is no store yet, or because there is none. */
function Nothing({ noStore }: { noStore: boolean }) {
  const t = useT();
  const may = useMay("stores:write");
  if (!noStore) return <p className={styles.none}>{t("orders.none")}</p>;
  return (
    <div className={styles.none}>
      <p>{t("orders.no_store")}</p>
      {may && <Link to="/settings/stores">{t("orders.connect")}</Link>}
    </div>
  );
}

/** What the stores know of a customer and what can be done about it. */
function Orders({ customer, conversationId }: ShoppingProps) {
  const t = useT();
  const may = useMay("orders:write");
  const { query: storesQuery, stores, byId } = useStores();
  const { query, orders } = useOrders(customer.id);
  const { data: shopper } = useQuery({ queryKey: keys.shopping(customer.id), queryFn: () => getShopper(customer.id) });
  const link = useLink(customer.id);
  const [folded, setFolded] = useState<Readonly<Record<Id, boolean>>>({});
  const [doing, setDoing] = useState<Doing | null>(null);
  const isOpen = (order: Order) => folded[order.id] ?? order.id === orders[0]?.id;
  const actsOf = (order: Order) => (may && !order.deleted ? listOrderActs(order, byId.get(order.store_id)?.acts ?? []) : []);
  // What is looked at is meant; else the newest that can be.
  const refundable = orders.filter((order) => actsOf(order).includes("refund"));
  const meant = refundable.find(isOpen) ?? refundable[0];
  const store = stores.find((one) => one.id === orders[0]?.store_id) ?? stores.find((one) => one.state !== "paused");
  useCommands({
    "order.find": stores.length > 0 ? () => setDoing({ act: "find" }) : undefined,
    "order.refund": meant && (() => setDoing({ act: "refund", order: meant })),
  });
  const close = () => setDoing(null);
  return (
    <Section title={t("orders.title", { n: shopper?.orders ?? 0 })}>
      <Loading query={query}>
        {shopper && shopper.orders > 0 && <Summary shopper={shopper} stores={byId} />}
        {orders.length === 0 && <Nothing noStore={storesQuery.isSuccess && stores.length === 0} />}
        <ul className={styles.cards}>
          {orders.map((order) => (
            <OrderCard
              key={order.id}
              order={order}
              open={isOpen(order)}
              onToggle={() => setFolded((old) => ({ ...old, [order.id]: !isOpen(order) }))}
              acts={actsOf(order)}
              onAct={(act) => setDoing({ act, order })}
              onUnlink={may && order.linked_by === "hand" ? () => link.mutate({ orderId: order.id, to: null }) : undefined}
            />
          ))}
        </ul>
        {query.hasNextPage && (
          <Button size="s" tone="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("action.load_more")}
          </Button>
        )}
        <Freshness items={orders} />
        {shopper && shopper.unproven_orders > 0 && <Unproven customerId={customer.id} />}
        {store && (
          <p className={styles.acts}>
            <Button size="s" tone="quiet" icon={<Search />} onClick={() => setDoing({ act: "find" })}>
              {t("find.open")}
            </Button>
            {may && store.acts.includes("draft") && (
              <Button size="s" tone="quiet" icon={<ShoppingBag />} onClick={() => setDoing({ act: "draft" })}>
                {t("acts.draft")}
              </Button>
            )}
            {may && store.acts.includes("discount") && (
              <Button size="s" tone="quiet" icon={<TicketPercent />} onClick={() => setDoing({ act: "discount" })}>
                {t("acts.discount")}
              </Button>
            )}
          </p>
        )}
      </Loading>
      {doing && "order" in doing && <OrderForm act={doing.act} order={doing.order} conversationId={conversationId ?? null} onClose={close} />}
      {doing?.act === "find" && <FindOrder customerId={customer.id} onClose={close} />}
      {doing?.act === "draft" && store && <DraftForm storeId={store.id} email={customer.email ?? ""} onClose={close} />}
      {doing?.act === "discount" && store && <DiscountForm store={store} onClose={close} />}
    </Section>
  );
}

/** The store beside the conversation: orders and subscriptions, for who may see them. */
export function Shopping({ customer, conversationId = null }: ShoppingProps): ReactNode {
  const may = useMay("orders:read");
  if (!may) return null;
  return (
    <>
      <Orders key={customer.id} customer={customer} conversationId={conversationId} />
      <Subscriptions key={`${customer.id} again`} customerId={customer.id} />
    </>
  );
}
