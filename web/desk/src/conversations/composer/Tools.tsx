import { IconButton } from "@parley/ui/IconButton";
import { useEditorState, type Editor } from "@tiptap/react";
import { Bold, Italic, Link2, List, ListOrdered, Paperclip, Smile, TextQuote } from "lucide-react";
import { useRef } from "react";

import { useT } from "@/lib/i18n/useT";

import styles from "./Composer.module.css";

type ToolsProps = { editor: Editor | null; onFiles: (files: File[]) => void };

function askLink(editor: Editor, question: string): void {
  const old = String(editor.getAttributes("link").href ?? "");
  const given = window.prompt(question, old || "https://");
  if (given === null) return;
  if (given.trim() === "") editor.chain().focus().extendMarkRange("link").unsetLink().run();
  else editor.chain().focus().extendMarkRange("link").setLink({ href: given.trim() }).run();
}

function Formatting({ editor }: { editor: Editor }) {
  const t = useT();
  const on = useEditorState({
    editor,
    selector: ({ editor: now }) => ({
      bold: now.isActive("bold"),
      italic: now.isActive("italic"),
      link: now.isActive("link"),
      list: now.isActive("bulletList"),
      numbers: now.isActive("orderedList"),
      quote: now.isActive("blockquote"),
    }),
  });
  const run = () => editor.chain().focus();
  return (
    <span className={styles.formatting}>
      <IconButton size="s" side="top" label={t("format.bold")} keys="mod+b" icon={<Bold />} active={on.bold} onClick={() => run().toggleBold().run()} />
      <IconButton size="s" side="top" label={t("format.italic")} keys="mod+i" icon={<Italic />} active={on.italic} onClick={() => run().toggleItalic().run()} />
      <IconButton size="s" side="top" label={t("format.link")} icon={<Link2 />} active={on.link} onClick={() => askLink(editor, t("format.link_ask"))} />
      <IconButton size="s" side="top" label={t("format.list")} icon={<List />} active={on.list} onClick={() => run().toggleBulletList().run()} />
      <IconButton size="s" side="top" label={t("format.numbers")} icon={<ListOrdered />} active={on.numbers} onClick={() => run().toggleOrderedList().run()} />
      <IconButton size="s" side="top" label={t("format.quote")} icon={<TextQuote />} active={on.quote} onClick={() => run().toggleBlockquote().run()} />
    </span>
  );
}

/** Formatting, emoji and files. */
export function Tools({ editor, onFiles }: ToolsProps) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.tools}>
      <IconButton size="s" side="top" label={t("composer.attach")} icon={<Paperclip />} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        aria-label={t("composer.attach")}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      {editor && <IconButton size="s" side="top" label={t("composer.emoji")} icon={<Smile />} onClick={() => editor.chain().focus().insertContent(":").run()} />}
      {editor && <Formatting editor={editor} />}
    </div>
  );
}
