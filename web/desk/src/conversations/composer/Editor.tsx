import { EditorContent, useEditor, type Editor as TipTap } from "@tiptap/react";
import { useEffect, useImperativeHandle, useRef, useState, type Ref } from "react";

import { runCommand } from "@/lib/commands/useCommands";
import { useAgents } from "@/lib/directory";

import styles from "./Editor.module.css";
import { buildExtensions } from "./extensions";
import type { Slash } from "./slash";
import { SuggestList } from "./suggest";

export type EditorHandle = { focus: () => void; editor: TipTap | null };

type EditorProps = {
  kind: "message" | "note";
  html: string;
  label: string;
  placeholder: string;
  onChange: (html: string) => void;
  onFiles: (files: File[]) => void;
  /** Macros after a slash, where there is a conversation to fill them in for. */
  slash?: Slash | undefined;
  ref: Ref<EditorHandle>;
};

function takeFiles(list: FileList | undefined): File[] {
  return list ? [...list] : [];
}

/** The field itself. It is made anew when its kind changes or another text is put in (by its key). */
export function Editor({ kind, html, label, placeholder, onChange, onFiles, slash, ref }: EditorProps) {
  const { items } = useAgents();
  const agents = useRef(items);
  const words = useRef({ placeholder, onChange, onFiles, slash });
  useEffect(() => {
    agents.current = items;
    words.current = { placeholder, onChange, onFiles, slash };
  });
  // eslint-disable-next-line react-hooks/refs -- read when a key is pressed, never while drawing
  const [extensions] = useState(() => buildExtensions(kind, () => words.current.placeholder, () => agents.current, slash && (() => words.current.slash ?? slash)));
  const editor = useEditor({
    extensions,
    content: html,
    injectCSS: false,
    shouldRerenderOnTransaction: false,
    editorProps: {
      attributes: { class: styles.text ?? "", "aria-label": label, "aria-multiline": "true", role: "textbox", dir: "auto" },
      // The editor's own meaning of Ctrl+Enter is a line break.
      handleKeyDown: (_view, event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && runCommand(event.shiftKey ? "send.close" : "send"),
      handlePaste: (_view, event) => {
        const files = takeFiles(event.clipboardData?.files);
        if (files.length > 0) words.current.onFiles(files);
        return files.length > 0;
      },
      handleDrop: (_view, event) => {
        const files = takeFiles(event.dataTransfer?.files);
        if (files.length > 0) {
          event.preventDefault();
          event.stopPropagation();
          words.current.onFiles(files);
        }
        return files.length > 0;
      },
    },
    onUpdate: ({ editor: now }) => words.current.onChange(now.isEmpty ? "" : now.getHTML()),
  });
  useImperativeHandle(ref, () => ({ focus: () => {
      // TipTap's own focus waits for a frame; keys pressed until then would be commands.
      editor.view.focus();
      editor.commands.setTextSelection(editor.state.doc.content.size);
    }, editor }), [editor]);
  return (
    <>
      <EditorContent editor={editor} className={styles.editor} />
      <SuggestList />
    </>
  );
}
