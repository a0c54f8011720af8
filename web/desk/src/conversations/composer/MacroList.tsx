import type { Id } from "@parley/client/types";
import { cx } from "@parley/ui/cx";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";

import { sayAct } from "@/lib/acts/sayAct";
import { useSources } from "@/lib/acts/useSources";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";

import { renderMacro } from "../api";
import { RichText } from "../timeline/MessageBody";
import styles from "./Macros.module.css";
import { shownMacros, type MacroOffer } from "./slash";
import { filledKey } from "./useMacros";

/** The text as it would be, and what it would do. */
function Preview({ offer, conversation }: { offer: MacroOffer; conversation: Id }) {
  const t = useT();
  const sources = useSources();
  const { macro } = offer;
  const { data } = useQuery({ queryKey: filledKey(macro.id, conversation), queryFn: () => renderMacro(macro.id, conversation), staleTime: 30_000 });
  return (
    <div className={styles.preview}>
      {data ? <RichText html={data.html} className={styles.previewText} /> : <p className={styles.previewText}>{macro.excerpt}</p>}
      {(data?.missing.length ?? 0) > 0 && <p className={styles.missing}>{t("macro.asks", { count: data?.missing.length ?? 0 })}</p>}
      {macro.acts.length > 0 && (
        <ul className={styles.does}>
          {macro.acts.map((act, i) => (
            <li key={i}>{sayAct(act, sources)}</li>
          ))}
        </ul>
      )}
      {macro.files > 0 && <p className={styles.why}>{t("macro.files", { count: macro.files })}</p>}
    </div>
  );
}

function Why({ offer }: { offer: MacroOffer }) {
  const t = useT();
  if (offer.why === "intent") return <span className={styles.why}>{t("macro.why.intent")}</span>;
  if (offer.why) return <span className={styles.why}>{t(offer.why === "used" ? "macro.why.used" : "macro.why.used_for_intent", { count: offer.uses ?? 0 })}</span>;
  return offer.macro.folder === "" ? null : <span className={styles.why}>{offer.macro.folder}</span>;
}

/** The macros under the caret, or above it where there is no room, with the chosen one beside them. */
export function MacroList({ conversation }: { conversation: Id }) {
  const t = useT();
  const state = useStore(shownMacros);
  const list = useRef<HTMLDivElement>(null);
  const index = state?.index ?? 0;
  useEffect(() => {
    list.current?.querySelector(`[data-index="${String(index)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [index]);
  if (!state || (state.offers.length === 0 && state.typed === "")) return null;
  const { offers, place, choose } = state;
  const above = innerHeight - place.bottom < 340;
  const vertical = above ? { insetBlockEnd: innerHeight - place.top + 4 } : { insetBlockStart: place.bottom + 4 };
  const chosen = offers[index];
  return createPortal(
    <div className={styles.picker} style={{ ...vertical, left: Math.max(8, Math.min(place.left, innerWidth - 600)) }}>
      <div ref={list} className={styles.offers} role="listbox" aria-label={t("macro.pick")}>
        {offers.length === 0 && <p className={styles.none}>{t("macro.none", { typed: state.typed })}</p>}
        {offers.map((offer, i) => (
          <div
            key={offer.macro.id}
            data-index={i}
            role="option"
            tabIndex={-1}
            aria-selected={i === index}
            className={cx(styles.offer, i === index && styles.chosen)}
            onPointerMove={() => {
              if (i !== index) shownMacros.set({ ...state, index: i });
            }}
            onPointerDown={(event) => {
              event.preventDefault();
              choose(offer);
            }}
          >
            <bdi className={styles.name}>{offer.macro.name}</bdi>
            <Why offer={offer} />
          </div>
        ))}
      </div>
      {chosen && <Preview key={chosen.macro.id} offer={chosen} conversation={conversation} />}
    </div>,
    document.body,
  );
}
