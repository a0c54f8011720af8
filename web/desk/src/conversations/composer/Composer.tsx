import type { Conversation } from "@parley/client/types";
import { cx } from "@parley/ui/cx";
import { Notice } from "@parley/ui/Notice";
import { Lock } from "lucide-react";
import { useEffect, useRef, useState, type DragEvent } from "react";
import { flushSync } from "react-dom";

import { keysOf } from "@/lib/commands/table";
import { useCommands } from "@/lib/commands/useCommands";
import { useMay, useSelf } from "@/lib/directory";
import { formatList } from "@/lib/format/text";
import { isBlank } from "@/lib/html";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { usePresence } from "@/lib/live/presence";
import { findNewestMessage } from "@/lib/live/timeline";
import { nameCustomer, shortName } from "@/lib/names";

import { Keys } from "@parley/ui/Keys";

import { MomentDialog } from "../acts/MomentDialog";
import type { Outgoing } from "../api";
import { useTimeline } from "../timeline/useTimeline";
import styles from "./Composer.module.css";
import { isEmpty } from "./drafts";
import { findBlanks, selectBlank } from "./blanks";
import { Editor, type EditorHandle } from "./Editor";
import { listMentions } from "./extensions";
import { Files } from "./Files";
import { MacroChips } from "./MacroChips";
import { MacroList } from "./MacroList";
import { chosenMacros } from "./macros";
import { Newer } from "./Newer";
import { Route } from "./Route";
import { pickSeen } from "./seen";
import { SendButton } from "./SendButton";
import { openMacros } from "./slash";
import { Tools } from "./Tools";
import { UndoBar } from "./UndoBar";
import { useDraft } from "./useDraft";
import { useMacros } from "./useMacros";
import { useSend } from "./useSend";
import { useTyping } from "./useTyping";
import { useUploads } from "./useUploads";

export type SendHow = { then?: "close" | "snooze"; sendAt?: Date; until?: Date; anyway?: true };

/** The one field for every channel. */
export function Composer({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const t = useT();
  const { agent } = useSelf();
  const { items } = useTimeline(conversation.id);
  const mayReply = useMay("conversations:write");
  const { draft, saved, revision, change, clear } = useDraft(conversation, findNewestMessage(items)?.id ?? null, mayReply);
  const { send, collision, settle } = useSend(conversation, onDone);
  const { viewers } = usePresence(conversation.id);
  const typing = useTyping(conversation.id, draft.kind === "note" ? "note" : "reply");
  const editor = useRef<EditorHandle>(null);
  const [tools, setTools] = useState<EditorHandle["editor"]>(null);
  const [moment, setMoment] = useState<"send" | "snooze" | null>(null);
  const [over, setOver] = useState(false);
  const uploads = useUploads((file) => change({ files: [...draft.files, file] }));
  useEffect(() => uploads.setDone((file) => change({ files: [...draft.files, file] })));
  useEffect(() => setTools(editor.current?.editor ?? null), [revision, draft.kind]);

  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
  });
  const macros = useMacros(conversation.id, () => editor.current?.editor ?? null, () => latest.current, change);
  const [stopped, setStopped] = useState(false);
  const blanks = draft.kind === "note" ? [] : findBlanks(draft.html);

  const note = draft.kind === "note";
  const thread = conversation.threads.find((one) => one.id === draft.thread_id);
  const closedThread = !note && thread !== undefined && !thread.can_reply;
  const ready = !isEmpty(draft) && uploads.running.length === 0 && !closedThread;
  const others = viewers.filter((viewer) => viewer.typing === "reply" && viewer.agent_id !== agent.id);

  const submit = (how: SendHow = {}) => {
    if (!ready) return;
    if (blanks.length > 0) {
      setStopped(true);
      const field = editor.current?.editor;
      if (field) selectBlank(field);
      return;
    }
    const body: Outgoing = {
      kind: draft.kind,
      html: isBlank(draft.html) ? "" : draft.html,
      file_ids: draft.files.map((file) => file.id),
      seen_up_to: pickSeen(items, agent.id, draft.began ?? null),
      ...(note ? { mentions: listMentions(draft.html) } : { thread_id: draft.thread_id, ...(draft.sender_id && { sender_id: draft.sender_id }), cc: draft.cc, bcc: draft.bcc, ...(draft.to.length > 0 && { to: draft.to }), ...(draft.macros?.length && { macros: chosenMacros(draft.macros) }) }),
      ...(how.then && { then: how.then }),
      ...(how.until && { snooze_until: how.until.toISOString() }),
      ...(how.sendAt && { send_at: how.sendAt.toISOString() }),
      ...(how.anyway && { anyway: true }),
    };
    const { files, macros: used } = draft;
    typing.stop();
    setStopped(false);
    macros.forget();
    // The empty field is a new one; drawn at once, it can take the focus below.
    flushSync(clear);
    send(body, files, note ? [] : used);
    editor.current?.focus();
  };
  const start = (kind: "message" | "note") => {
    // Drawn at once: the next key must already find the field.
    if (draft.kind !== kind) flushSync(() => change({ kind }));
    editor.current?.focus();
  };
  const review = () => {
    const first = collision?.newer[0];
    settle();
    if (first) document.getElementById(`m-${first.id}`)?.scrollIntoView({ block: "center", behavior: "smooth" });
    editor.current?.focus();
  };
  useCommands({
    reply: () => start("message"),
    note: () => start("note"),
    macro: () => {
      start("message");
      const field = editor.current?.editor;
      if (field) openMacros(field);
    },
    send: () => submit(),
    "send.close": () => submit({ then: "close" }),
    "send.later": ready && !note ? () => setMoment("send") : undefined,
  });

  const drop = (event: DragEvent) => {
    setOver(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    uploads.add([...event.dataTransfer.files]);
  };
  return (
    <div className={styles.room} data-print="no">
      <UndoBar conversationId={conversation.id} />
      {collision && <Newer collision={collision} onAnyway={() => submit({ ...(collision.pending.body.then && { then: collision.pending.body.then }), anyway: true })} onReview={review} />}
      {others.length > 0 && !note && !collision && !isEmpty(draft) && <Notice tone="amber">{t("composer.colleague")}</Notice>}
      {stopped && blanks.length > 0 && <Notice tone="red">{t("macro.blank_left", { names: formatList(blanks.map((name) => tName("variable", name))) })}</Notice>}
      {closedThread && <Notice tone="amber">{thread.reason ?? t("composer.closed_thread")}</Notice>}
      {/* Files can be dropped anywhere on it; by keyboard there is the button. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        role="group"
        aria-label={t(note ? "composer.note_label" : "composer.label")}
        className={cx(styles.composer, note && styles.note, over && styles.over)}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes("Files")) return;
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <div className={styles.head}>
          <div className={styles.kinds} role="group" aria-label={t("composer.kind")}>
            {mayReply && (
              <button type="button" className={styles.kind} aria-pressed={!note} onClick={() => start("message")}>
                {t("composer.reply")}
                <Keys keys={keysOf("reply") ?? ""} />
              </button>
            )}
            <button type="button" className={styles.kind} aria-pressed={note} onClick={() => start("note")}>
              {t("composer.note")}
              <Keys keys={keysOf("note") ?? ""} />
            </button>
          </div>
          {note ? (
            <span className={styles.private}>
              <Lock />
              {t("composer.private")}
            </span>
          ) : (
            <Route key={revision} conversation={conversation} draft={draft} thread={thread} onChange={change} />
          )}
        </div>
        <Editor
          key={`${String(revision)}-${draft.kind}`}
          ref={editor}
          kind={draft.kind}
          html={draft.html}
          label={t(note ? "composer.note_label" : "composer.label")}
          placeholder={t(note ? "composer.note_hint" : "composer.hint", { name: shortName(nameCustomer(conversation.customer)) })}
          onChange={(html) => {
            change(html === "" ? { html, macros: [] } : { html });
            const field = editor.current?.editor;
            if (field) macros.follow(field.state.doc);
            if (html !== "") typing.touch();
          }}
          onFiles={uploads.add}
          slash={note ? undefined : macros.slash}
        />
        {!note && <MacroList conversation={conversation.id} />}
        {!note && draft.macros && <MacroChips macros={draft.macros} onChange={(next) => change({ macros: next })} />}
        <Files html={draft.html} files={draft.files} running={uploads.running} onRemove={(file) => change({ files: draft.files.filter((one) => one !== file) })} onCancel={uploads.cancel} onRetry={uploads.retry} />
        <div className={styles.foot}>
          <Tools editor={tools} onFiles={uploads.add} />
          <span className={styles.saved} role="status">
            {isEmpty(draft) || saved === "idle" ? "" : t(saved === "saved" ? "draft.saved" : "draft.local")}
          </span>
          <SendButton note={note} ready={ready} onSend={submit} onMoment={setMoment} closed={conversation.status === "closed"} />
        </div>
      </div>
      {moment !== null && (
        <MomentDialog
          title={t(moment === "send" ? "cmd.send_later" : "send.snooze")}
          confirm={t(moment === "send" ? "send.schedule" : "send.snooze")}
          onClose={() => setMoment(null)}
          onPick={(at) => {
            setMoment(null);
            submit(moment === "send" ? { sendAt: at } : { then: "snooze", until: at });
          }}
        />
      )}
    </div>
  );
}
