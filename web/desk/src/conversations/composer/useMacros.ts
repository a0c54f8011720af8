import type { Id, MacroRow } from "@parley/client/types";
import type { Editor } from "@tiptap/core";
import { toast } from "@parley/ui/Toasts";
import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import { t } from "@/lib/i18n/catalogue";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { applyMacro, listMacros, listSuggested, renderMacro } from "../api";
import { selectBlank } from "./blanks";
import type { LocalDraft } from "./drafts";
import { layText, rankFound, toDraft, type DraftMacro } from "./macros";
import type { MacroOffer, Slash } from "./slash";

type Doc = Editor["state"]["doc"];
type Laid = { before: Doc; after: Doc; macro: DraftMacro; there: boolean };
type Part = Pick<LocalDraft, "files" | "macros">;

const FRESH_MS = 30_000;

export const filledKey = (macro: Id, conversation: Id) => ["macro-filled", macro, conversation] as const;

function withMacro(draft: Part, macro: DraftMacro): Part {
  const known = new Set(draft.files.map((file) => file.id));
  return { files: [...draft.files, ...macro.files.filter((file) => !known.has(file.id))], macros: [...(draft.macros ?? []), macro] };
}

function withoutMacro(draft: Part, macro: DraftMacro): Part {
  const gone = new Set(macro.files.map((file) => file.id));
  return { files: draft.files.filter((file) => !gone.has(file.id)), macros: (draft.macros ?? []).filter((one) => one !== macro && one.id !== macro.id) };
}

/** Macros in the field: found by what is typed after `/`, laid at the caret, taken back with the text. */
export function useMacros(conversation: Id, editor: () => Editor | null, draft: () => Part, change: (part: Part) => void) {
  const client = useQueryClient();
  const laid = useRef<Laid[]>([]);

  async function find(typed: string): Promise<MacroOffer[]> {
    try {
      if (typed !== "") {
        const found = await client.query({ queryKey: keys.settings("macros", "find", typed), queryFn: () => listMacros(typed, 12), staleTime: FRESH_MS });
        return rankFound(found.items, typed).map((macro) => ({ macro }));
      }
      const [best, all] = await Promise.all([
        client.query({ queryKey: keys.settings("macros", "suggested", conversation), queryFn: () => listSuggested(conversation), staleTime: FRESH_MS }),
        client.query({ queryKey: keys.settings("macros", "find", ""), queryFn: () => listMacros("", 20), staleTime: FRESH_MS }),
      ]);
      const known = new Set(best.items.map((one) => one.macro.id));
      return [...best.items, ...all.items.filter((macro) => !known.has(macro.id)).map((macro) => ({ macro }))];
    } catch {
      return [];
    }
  }

  async function choose(macro: MacroRow): Promise<void> {
    try {
      const filled = await client.query({ queryKey: filledKey(macro.id, conversation), queryFn: () => renderMacro(macro.id, conversation), staleTime: FRESH_MS });
      const field = editor();
      if (filled.language === null && filled.file_links.length === 0) {
        await applyMacro(macro.id, conversation);
        toast({ text: t("macro.applied", { name: macro.name }) });
        return;
      }
      if (!field) return;
      const one = toDraft(macro, filled);
      laid.current.push({ ...layText(field, filled.html), macro: one, there: true });
      change(withMacro(draft(), one));
      field.view.focus();
      if (filled.missing.length > 0) {
        field.commands.setTextSelection(0);
        selectBlank(field);
      }
    } catch (error) {
      toast({ tone: "red", text: t("macro.failed", { name: macro.name }), detail: explain(error) });
    }
  }

  /** Ctrl+Z takes a macro's files and acts back with its text; doing it again brings them back. */
  function follow(doc: Doc): void {
    for (const one of laid.current) {
      if (one.there && doc.eq(one.before)) {
        one.there = false;
        change(withoutMacro(draft(), one.macro));
      } else if (!one.there && doc.eq(one.after)) {
        one.there = true;
        change(withMacro(draft(), one.macro));
      }
    }
  }

  const slash: Slash = { find, choose: (macro) => void choose(macro) };
  return { slash, follow, forget: () => { laid.current = []; } };
}
