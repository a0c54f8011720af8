import type { Channel } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { Empty } from "@parley/ui/Empty";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Plus, Radio } from "lucide-react";
import { useState, type ReactNode } from "react";

import { ChannelSign } from "@/lib/ChannelSign";
import { useBrands, useMay } from "@/lib/directory";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { useRecords } from "@/lib/settings/useRecords";

import { NewChannel } from "./NewChannel";

function StateChip({ channel }: { channel: Channel }) {
  const t = useT();
  const tone = channel.state === "active" ? "green" : channel.state === "error" ? "red" : "plain";
  return (
    <Chip size="s" tone={tone}>
      {t(`channelstate.${channel.state}`)}
    </Chip>
  );
}

/** Where customers can write. */
export function ChannelsPage(): ReactNode {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useMay("channels:write");
  const { byId: brands } = useBrands();
  const { list, items } = useRecords("channels");
  const [adding, setAdding] = useState(false);
  const add = mayWrite && (
    <Button tone="primary" icon={<Plus />} onClick={() => setAdding(true)}>
      {t("channels.new")}
    </Button>
  );
  const done = (channel: Channel) => {
    setAdding(false);
    void client.invalidateQueries({ queryKey: keys.directory("channels") });
    void navigate({ to: "/settings/channels/$id", params: { id: channel.id } });
  };
  return (
    <Page title={t("settings.channels")} intro={t("channels.intro")} action={add}>
      <Loading query={list}>
        {items.length === 0 ? (
          <Empty icon={<Radio />} title={t("channels.empty_title")} action={add}>
            {t("channels.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.channels")}>
            {items.map((channel) => (
              <Record
                key={channel.id}
                icon={<ChannelSign kind={channel.kind} />}
                title={
                  <Link to="/settings/channels/$id" params={{ id: channel.id }}>
                    {channel.name}
                  </Link>
                }
                marks={<StateChip channel={channel} />}
                meta={channel.error || [tName("channel", channel.kind), channel.address, channel.brand_id === null ? null : brands.get(channel.brand_id)?.name].filter(Boolean).join(" · ")}
              />
            ))}
          </RecordList>
        )}
      </Loading>
      {adding && <NewChannel onClose={() => setAdding(false)} onDone={done} />}
    </Page>
  );
}
