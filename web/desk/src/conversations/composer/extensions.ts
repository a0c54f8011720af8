import type { Agent, Id } from "@parley/client/types";
import { Extension, type AnyExtension } from "@tiptap/core";
import Mention from "@tiptap/extension-mention";
import { Placeholder } from "@tiptap/extensions";
import { PluginKey } from "@tiptap/pm/state";
import StarterKit from "@tiptap/starter-kit";
import Suggestion from "@tiptap/suggestion";

import { foldText } from "@/lib/format/text";
import { t } from "@/lib/i18n/catalogue";

import { Blanks } from "./blanks";
import { findEmoji } from "./emoji";
import { Picture } from "./picture";
import { buildSlash, type Slash } from "./slash";
import { renderSuggestions, type Offer } from "./suggest";

/** `:` and a word becomes an emoji. */
const EmojiSuggestion = Extension.create({
  name: "emojiSuggestion",
  addProseMirrorPlugins() {
    return [
      Suggestion<Offer, Offer>({
        editor: this.editor,
        pluginKey: new PluginKey("emoji"),
        char: ":",
        allow: ({ state, range }) => !/\s$/.test(state.doc.textBetween(Math.max(0, range.from), range.to)),
        items: ({ query }) => (query.length < 2 && query !== "" ? [] : findEmoji(query)),
        command: ({ editor, range, props }) => editor.chain().focus().insertContentAt(range, `${props.id} `).run(),
        render: renderSuggestions(t("composer.emoji")),
      }),
    ];
  },
});

/** `@` and a name tells a colleague, in notes. */
function buildMention(agents: () => readonly Agent[]): AnyExtension {
  return Mention.configure({
    HTMLAttributes: {},
    renderHTML: ({ node }) => ["span", { "data-mention": String(node.attrs.id) }, `@${String(node.attrs.label)}`],
    suggestion: {
      char: "@",
      pluginKey: new PluginKey("mention"),
      items: ({ query }: { query: string }): Offer[] =>
        agents()
          .filter((one) => one.state === "active" && foldText(one.name).includes(foldText(query)))
          .slice(0, 8)
          .map((one) => ({ id: one.id, label: one.name, hint: one.email })),
      render: renderSuggestions(t("composer.mention")),
    },
  });
}

/** What the field can do: plain formatting in replies, and mentions in notes. */
export function buildExtensions(kind: "message" | "note", placeholder: () => string, agents: () => readonly Agent[], slash?: () => Slash): AnyExtension[] {
  return [
    StarterKit.configure({
      heading: false,
      horizontalRule: false,
      codeBlock: false,
      trailingNode: false,
      link: { openOnClick: false, autolink: true, defaultProtocol: "https", HTMLAttributes: { rel: null, target: null } },
    }),
    Placeholder.configure({ placeholder, showOnlyWhenEditable: true }),
    EmojiSuggestion,
    Picture,
    Blanks,
    ...(slash && kind === "message" ? [buildSlash(slash)] : []),
    ...(kind === "note" ? [buildMention(agents)] : []),
  ];
}

/** Who is mentioned in a note. */
export function listMentions(html: string): Id[] {
  const found = html.matchAll(/data-mention="([^"]+)"/g);
  return [...new Set([...found].map((match) => match[1] ?? ""))].filter(Boolean);
}
