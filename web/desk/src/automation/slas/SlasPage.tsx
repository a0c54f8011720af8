import { Button } from "@parley/ui/Button";
import { Chip } from "@parley/ui/Chip";
import { CheckField } from "@parley/ui/Field";
import { Empty } from "@parley/ui/Empty";
import { MenuItem } from "@parley/ui/Menu";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowDown, ArrowUp, Plus, Timer } from "lucide-react";
import type { ReactNode } from "react";

import { useSources } from "@/lib/acts/useSources";
import { useVocabulary } from "@/lib/acts/useVocabulary";
import { useMay } from "@/lib/directory";
import { formatNumber } from "@/lib/format/text";
import { formatLocale } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { Page, Record, RecordList } from "@/lib/settings/Page";
import { RecordActions } from "@/lib/settings/RecordActions";

import type { Sla } from "./api";
import { saySla } from "./saySla";
import styles from "./Slas.module.css";
import { useSlaNumbers, useSlas } from "./useSlas";

type LineProps = { sla: Sla; sentence: string; movable: { up: boolean; down: boolean }; onMove: (by: number) => void; onTurn: (enabled: boolean) => void; onRemove: () => void };

function Line({ sla, sentence, movable, onMove, onTurn, onRemove }: LineProps) {
  const t = useT();
  const navigate = useNavigate();
  const mayWrite = useMay("automation:write");
  const counts = useSlaNumbers()(sla.id);
  const met = counts.reduce((sum, one) => sum + one.met, 0);
  const ended = met + counts.reduce((sum, one) => sum + one.broken, 0);
  const share = new Intl.NumberFormat(formatLocale(), { style: "percent" }).format(ended === 0 ? 1 : met / ended);
  return (
    <Record
      icon={<Timer />}
      title={
        <Link to="/settings/slas/$id" params={{ id: sla.id }}>
          <bdi>{sla.name}</bdi>
        </Link>
      }
      marks={!sla.enabled && <Chip size="s">{t("slas.off")}</Chip>}
      meta={
        <>
          <span className={styles.sentence}>{sentence}</span>
          {ended > 0 && <span>{t("slas.kept", { share, n: formatNumber(ended) })}</span>}
        </>
      }
      actions={
        <>
          <CheckField as="switch" label={<span className="sr-only">{t("slas.switch", { name: sla.name })}</span>} checked={sla.enabled} disabled={!mayWrite} onChange={(event) => onTurn(event.target.checked)} />
          {mayWrite && (
            <RecordActions name={sla.name} onEdit={() => void navigate({ to: "/settings/slas/$id", params: { id: sla.id } })} onRemove={onRemove} warning={t("slas.remove")}>
              <MenuItem icon={<ArrowUp />} disabled={!movable.up} onSelect={() => onMove(-1)}>
                {t("slas.earlier")}
              </MenuItem>
              <MenuItem icon={<ArrowDown />} disabled={!movable.down} onSelect={() => onMove(1)}>
                {t("slas.later")}
              </MenuItem>
            </RecordActions>
          )}
        </>
      }
    />
  );
}

/** How soon customers are answered and helped, promise by promise; a conversation gets the first SLA that fits. */
export function SlasPage(): ReactNode {
  const t = useT();
  const navigate = useNavigate();
  const { list, turn, order, archive } = useSlas();
  const words = useVocabulary();
  const sources = useSources();
  const mayWrite = useMay("automation:write");
  const slas = list.data ?? [];
  const move = (at: number, by: number) => {
    const ids = slas.map((one) => one.id);
    const [id] = ids.splice(at, 1);
    if (id !== undefined) ids.splice(at + by, 0, id);
    order.mutate(ids);
  };
  const add = mayWrite && (
    <Button tone="primary" icon={<Plus />} onClick={() => void navigate({ to: "/settings/slas/$id", params: { id: "new" } })}>
      {t("slas.new")}
    </Button>
  );
  return (
    <Page wide title={t("settings.slas")} intro={t("slas.intro")} action={slas.length > 0 && add}>
      <Loading query={list}>
        {slas.length === 0 ? (
          <Empty icon={<Timer />} title={t("slas.empty_title")} action={add}>
            {t("slas.empty")}
          </Empty>
        ) : (
          <RecordList label={t("settings.slas")}>
            {slas.map((one, at) => (
              <Line
                key={one.id}
                sla={one}
                sentence={words.ready ? saySla(one.sla, words, sources) : ""}
                movable={{ up: at > 0, down: at < slas.length - 1 }}
                onMove={(by) => move(at, by)}
                onTurn={(enabled) => turn.mutate({ id: one.id, enabled })}
                onRemove={() => archive.mutate(one.id)}
              />
            ))}
          </RecordList>
        )}
      </Loading>
    </Page>
  );
}
