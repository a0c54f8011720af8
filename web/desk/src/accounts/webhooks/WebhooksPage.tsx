import type { Webhook } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus, Webhook as WebhookSign } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { Secret } from "@/lib/settings/Secret";

import { listWebhooks } from "../api";
import { WebhookDialog } from "./WebhookDialog";

/** Where other systems are told what happens. */
export function WebhooksPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const key = keys.settings("webhooks");
  const query = useQuery({ queryKey: key, queryFn: listWebhooks });
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Webhook | null>(null);
  const items = query.data?.items ?? [];
  const add = (
    <Button tone="primary" icon={<Plus />} onClick={() => setMaking(true)}>
      {t("webhooks.new")}
    </Button>
  );
  return (
    <Page title={t("settings.webhooks")} intro={t("webhooks.intro")} action={add}>
      <Loading query={query}>
        {items.length === 0 ? (
          <Empty icon={<WebhookSign />} title={t("webhooks.empty_title")} action={add}>
            {t("webhooks.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.webhooks")}>
            {items.map((one) => (
              <Record
                key={one.id}
                icon={<WebhookSign />}
                title={
                  <Link to="/settings/webhooks/$id" params={{ id: one.id }}>
                    {one.url}
                  </Link>
                }
                marks={
                  <Chip size="s" tone={one.state === "active" ? "green" : one.state === "failing" ? "red" : "plain"}>
                    {t(`webhookstate.${one.state}`)}
                  </Chip>
                }
                meta={one.kinds.length === 0 ? t("webhooks.all_kinds") : one.kinds.join(", ")}
              />
            ))}
          </RecordList>
        )}
      </Loading>
      {making && (
        <WebhookDialog
          webhook={null}
          onClose={() => setMaking(false)}
          onSaved={(saved) => {
            setMaking(false);
            setMade(saved);
            void client.invalidateQueries({ queryKey: key });
          }}
        />
      )}
      {made?.secret && <Secret title={t("webhooks.secret")} text={t("webhooks.secret_text")} value={made.secret} onClose={() => setMade(null)} />}
    </Page>
  );
}
