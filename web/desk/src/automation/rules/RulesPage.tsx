import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { TextField } from "@parley/ui/Field";
import { ListOrdered, Plus } from "lucide-react";
import { useDeferredValue, useState, type ReactNode } from "react";

import { sayRule } from "@/lib/acts/sayRule";
import { useSources } from "@/lib/acts/useSources";
import { useVocabulary } from "@/lib/acts/useVocabulary";
import { useMay } from "@/lib/directory";
import { foldText } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import type { RuleRow } from "./api";
import { Gallery, GalleryDialog } from "./Gallery";
import { RuleLine } from "./RuleLine";
import styles from "./Rules.module.css";
import { useRules } from "./useRules";

/** From so many rules on one searches. */
const MANY = 8;

function RuleList({ rules, sentences }: { rules: RuleRow[]; sentences: ReadonlyMap<string, string> }) {
  const t = useT();
  const acts = useRules();
  const mayWrite = useMay("automation:write");
  const [typed, setTyped] = useState("");
  const [dragged, setDragged] = useState<string | null>(null);
  const [told, setTold] = useState("");
  const words = foldText(useDeferredValue(typed.trim()));
  const shown = words === "" ? rules : rules.filter((one) => foldText(`${one.name} ${sentences.get(one.id) ?? ""}`).includes(words));
  const move = (rule: RuleRow, to: number) => {
    const ids = rules.map((one) => one.id).filter((id) => id !== rule.id);
    if (to < 0 || to > ids.length) return;
    ids.splice(to, 0, rule.id);
    setTold(t("rules.moved", { name: rule.name, n: to + 1 }));
    acts.order.mutate(ids);
  };
  const drop = (onto: RuleRow) => {
    const rule = rules.find((one) => one.id === dragged);
    setDragged(null);
    if (rule && rule.id !== onto.id) move(rule, rules.indexOf(onto));
  };
  return (
    <>
      {rules.length >= MANY && (
        <div className={styles.search}>
          <TextField label={t("rules.search")} hideLabel placeholder={t("rules.search")} type="search" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </div>
      )}
      {shown.length === 0 && <p className={styles.faint}>{t("rules.none_found")}</p>}
      <ol className={styles.rules} aria-label={t("settings.rules")}>
        {shown.map((rule) => {
          const at = rules.indexOf(rule);
          return (
            <RuleLine
              key={rule.id}
              rule={rule}
              number={at + 1}
              last={rules.length}
              sentence={sentences.get(rule.id) ?? ""}
              movable={mayWrite && words === ""}
              dragged={dragged === rule.id}
              onDrag={setDragged}
              onDrop={() => drop(rule)}
              onMove={(by) => move(rule, at + by)}
              onTurn={(enabled) => acts.turn.mutate({ id: rule.id, enabled })}
              onCopy={() => acts.copy.mutate(rule)}
              onArchive={() => acts.archive.mutate(rule)}
            />
          );
        })}
      </ol>
      <p className="sr-only" role="status">
        {told}
      </p>
    </>
  );
}

/** What Parley does by itself, rule by rule, in the order in which they are asked. */
export function RulesPage(): ReactNode {
  const t = useT();
  const { list } = useRules();
  const words = useVocabulary();
  const sources = useSources();
  const mayWrite = useMay("automation:write");
  const [choosing, setChoosing] = useState(false);
  const rules = list.data ?? [];
  const sentences = new Map(words.ready ? rules.map((one) => [one.id, sayRule(one.rule, words, sources)]) : []);
  const add = mayWrite && rules.length > 0 && (
    <Button tone="primary" icon={<Plus />} onClick={() => setChoosing(true)}>
      {t("rules.new")}
    </Button>
  );
  return (
    <Page wide title={t("settings.rules")} intro={t("rules.intro")} action={add}>
      <Loading query={list}>
        {rules.length > 0 ? (
          <RuleList rules={rules} sentences={sentences} />
        ) : (
          <>
            <Empty icon={<ListOrdered />} title={t("rules.empty_title")}>
              {t("rules.empty")}
            </Empty>
            {mayWrite && <Gallery />}
          </>
        )}
      </Loading>
      {choosing && <GalleryDialog onClose={() => setChoosing(false)} />}
    </Page>
  );
}
