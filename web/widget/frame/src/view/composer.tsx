/** Where the visitor writes. */
import type { RefObject, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { TEXT_LIMIT } from "../core/protocol";
import type { FileInfo } from "../core/protocol";
import type { Upload, Uploads } from "../core/uploads";
import type { Draft } from "../draft";
import { t } from "../i18n";
import { Attachments } from "./attachments";
import { IconButton, useLate } from "./parts";

/** What others may do with the field. */
export interface Pen {
  focus(): void;
  /** Puts a message back to be changed. */
  put(text: string, files: readonly FileInfo[]): void;
  text(): string;
}

export interface ComposerProps {
  pen: RefObject<Pen | null>;
  draft: Draft;
  uploads: Uploads;
  items: readonly Upload[];
  many: string | null;
  fileLimit: number;
  emoji: boolean;
  onSend: (text: string) => void;
  onType: (text: string) => void;
}

const HIGHEST_PX = 140;
const loadEmoji = () => import("./emoji");

export function Composer({ pen, draft, uploads, items, many, fileLimit, emoji, onSend, onType }: ComposerProps): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [filled, setFilled] = useState(draft.text.trim() !== "");
  const [picking, setPicking] = useState(false);
  const Emoji = useLate(picking, loadEmoji);
  const waiting = items.some((item) => !item.info && !item.problem);
  const ready = !waiting && (filled || items.some((item) => item.info));

  function changed(): void {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, HIGHEST_PX)}px`;
    setFilled(element.value.trim() !== "");
    onType(element.value);
  }

  // Before the effects of the views around it, which use it.
  useLayoutEffect(() => {
    pen.current = {
      focus: () => field.current?.focus(),
      text: () => field.current?.value ?? "",
      put(text, files) {
        if (!field.current) return;
        field.current.value = text;
        uploads.restore(files);
        changed();
        field.current.focus();
      },
    };
  });
  useEffect(changed, []); // eslint-disable-line react-hooks/exhaustive-deps -- the draft's height, once

  function send(): void {
    if (!field.current || !ready) return;
    const text = field.current.value;
    field.current.value = "";
    onSend(text);
    changed();
    setPicking(false);
    field.current.focus();
  }

  function key(event: KeyboardEvent): void {
    // While letters are being composed (Korean, Chinese, Japanese) Enter belongs to the input method; Safari says so only by 229.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  }

  function paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || !fileLimit) return;
    event.preventDefault();
    uploads.add(files);
  }

  function insert(character: string): void {
    const element = field.current;
    if (!element) return;
    element.setRangeText(character, element.selectionStart, element.selectionEnd, "end");
    changed();
  }

  return (
    <footer class="composer">
      <Attachments items={items} limit={fileLimit} many={many} onRemove={uploads.remove} onResume={uploads.resume} />
      {Emoji && <Emoji onPick={insert} onClose={() => { setPicking(false); field.current?.focus(); }} />}
      <div class="pen">
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          aria-label={t("write")}
          placeholder={t("write")}
          enterkeyhint="send"
          maxLength={TEXT_LIMIT}
          defaultValue={draft.text}
          onInput={changed}
          onKeyDown={key}
          onPaste={paste}
        />
        {fileLimit > 0 && (
          <>
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              onChange={({ currentTarget }) => {
                uploads.add([...(currentTarget.files ?? [])]);
                currentTarget.value = "";
              }}
            />
            <IconButton icon="clip" label={t("attach")} onClick={() => picker.current?.click()} />
          </>
        )}
        {emoji && <IconButton icon="smile" label={t("emoji")} expanded={picking} onClick={() => setPicking(!picking)} />}
        <IconButton icon="send" class="send" label={waiting ? t("file_wait") : t("send")} disabled={!ready} onClick={send} />
      </div>
    </footer>
  );
}
