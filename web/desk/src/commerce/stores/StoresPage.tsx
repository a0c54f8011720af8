import type { Store } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus, Store as StoreSign } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useMay } from "@/lib/directory";
import { tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";

import { useStores } from "../useStores";
import { Connections } from "./Connections";
import { InstallOutcome } from "./InstallOutcome";
import { NewConnection } from "./NewConnection";
import { StateChip } from "./StateChip";

// The server counts no further.
const MOST_ORDERS = 10_000;

function describeStore(store: Store, t: ReturnType<typeof useT>): string {
  const orders = store.orders > MOST_ORDERS ? t("stores.orders_over", { n: MOST_ORDERS }) : t("stores.orders", { n: store.orders });
  return [tOr("plugin", store.plugin, store.plugin), store.domain, store.currency, orders].filter(Boolean).join(" · ");
}

/** Where orders come from, and who carries parcels and money. */
export function StoresPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useMay("stores:write");
  const { refused } = useSearch({ from: "/desk/settings/stores" });
  const { query, stores } = useStores();
  const [adding, setAdding] = useState(false);
  const add = mayWrite && (
    <Button tone="primary" icon={<Plus />} onClick={() => setAdding(true)}>
      {t("stores.new")}
    </Button>
  );
  return (
    <Page title={t("settings.stores")} intro={t("stores.intro")} action={stores.length > 0 && add}>
      <InstallOutcome refused={refused} />
      <Loading query={query}>
        {stores.length === 0 ? (
          <Empty icon={<StoreSign />} title={t("stores.empty_title")} action={add}>
            {t("stores.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.stores")}>
            {stores.map((store) => (
              <Record
                key={store.id}
                icon={<StoreSign />}
                title={
                  <Link to="/settings/stores/$id" params={{ id: store.id }}>
                    {store.name}
                  </Link>
                }
                marks={
                  <>
                    <StateChip state={store.state} />
                    {store.syncs.some((sync) => sync.state === "running") && <Chip size="s">{t("stores.reading")}</Chip>}
                  </>
                }
                meta={store.error || describeStore(store, t)}
              />
            ))}
          </RecordList>
        )}
        <Connections />
      </Loading>
      {adding && (
        <NewConnection
          kinds={["store"]}
          onClose={() => setAdding(false)}
          onDone={({ made }) => {
            setAdding(false);
            void client.invalidateQueries({ queryKey: keys.stores });
            void navigate({ to: "/settings/stores/$id", params: { id: made.id } });
          }}
        />
      )}
    </Page>
  );
}
