/** The frame as a whole. */
import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";

import type { Config, Topic } from "../config";
import type { Client } from "../core/client";
import type { Pending } from "../core/outbox";
import { FILES_LIMIT } from "../core/protocol";
import type { FileInfo } from "../core/protocol";
import { isForeign, newestForeign } from "../core/state";
import type { Store } from "../core/store";
import { buildTimeline } from "../core/timeline";
import { openUploads } from "../core/uploads";
import type { Post, Upload } from "../core/uploads";
import { loadDraft, saveDraft } from "../draft";
import { t } from "../i18n";
import { Banner } from "./banner";
import { Cards, knownEmail } from "./cards";
import { Composer } from "./composer";
import type { Pen } from "./composer";
import { LeaveForm } from "./forms";
import { Header } from "./header";
import { Home } from "./home";
import { useArrival, useClient, useDrop, useKeys, useOffline, useVisible } from "./hooks";
import { useLate } from "./parts";
import { usePlace } from "./scroll";
import { Thread } from "./thread";

export interface AppProps {
  client: Client;
  store: Store;
  config: Config;
  post: Post;
  /** The frame is shown; it covers the screen. */
  open: boolean;
  modal: boolean;
  /** The frame was opened by hand and takes the keyboard. */
  focus: boolean;
  onClose: (() => void) | null;
  /** What a screen reader says about a message that has just come. */
  spoken: string;
}

const DRAFT_MS = 400;
const loadViewer = () => import("./viewer");

export function App({ client, store, config, post, open, modal, focus, onClose, spoken }: AppProps): VNode {
  const state = useClient(client);
  const visible = useVisible();
  const offline = useOffline();
  const root = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLElement>(null);
  const pen = useRef<Pen>(null);
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const [many, setMany] = useState(false);
  const [asked, setAsked] = useState(false);
  const [shown, setShown] = useState<{ pictures: FileInfo[]; at: number } | null>(null);
  const Viewer = useLate(shown !== null, loadViewer);
  const draft = useMemo(() => loadDraft(store, Date.now()), [store]);
  const uploads = useMemo(
    () => openUploads({ post, initial: draft.files, limit: config.file_limit, onChange: () => draw(0), onMany: () => setMany(true) }),
    [post, config.file_limit, draft],
  );
  const items = uploads.items();

  const lines = useMemo(() => buildTimeline(state.messages, state.outbox, new Date()), [state.messages, state.outbox]);
  const last = lines.at(-1);
  const older = useCallback(() => client.older(), [client]);
  const place = usePlace(box, lines[0]?.key ?? "", last?.key ?? "", last?.own ?? false, older);
  const newest = newestForeign(state);
  const looking = open && visible && place.atEnd;
  const fresh = state.messages.filter((message) => isForeign(message) && message.id > (state.seenUpTo ?? "")).length;

  useEffect(() => {
    if (looking && newest) client.look(newest);
  }, [looking, newest, client]);
  useEffect(() => {
    if (state.phase === "open") uploads.resume();
  }, [state.phase, uploads]);
  const begin = useCallback(() => {
    // On a phone the keyboard would cover what the visitor came to read.
    if (modal) root.current?.querySelector<HTMLElement>("h1")?.focus();
    else pen.current?.focus();
  }, [modal]);
  useArrival(open, focus, begin);

  const timer = useRef(0);
  const keepDraft = useCallback(
    (text: string, files: readonly Upload[]) => saveDraft(store, { text, files: files.flatMap((item) => item.info ?? []) }, Date.now()),
    [store],
  );
  useEffect(() => keepDraft(pen.current?.text() ?? draft.text, items), [items, keepDraft, draft]);
  function typed(text: string): void {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => keepDraft(text, items), DRAFT_MS);
    client.typing(text.trim() !== "");
  }

  const addFiles = useCallback(
    (files: File[]) => {
      setMany(false);
      if (config.file_limit) uploads.add(files);
    },
    [uploads, config.file_limit],
  );
  const over = useDrop(addFiles) && config.file_limit > 0;
  const close = useCallback(() => onClose?.(), [onClose]);
  useKeys(root, modal, close);

  function send(text: string, topic?: string): void {
    client.send(text, topic ? [] : uploads.take(), topic);
    setMany(false);
    place.toEnd();
  }
  const person = (): void => send(t("person_say"), "person");
  const pick = (topic: Topic): void => send(topic.label, topic.key);
  function edit(entry: Pending): void {
    client.discard(entry);
    pen.current?.put(entry.text, entry.files);
  }
  function leave(message: string, email: string, name: string): void {
    client.leaveEmail(email, name);
    send(message);
  }

  const tall = lines.length === 0;
  const leaving = tall && state.welcomed && !state.online && config.ask_email && !knownEmail(state);
  const menu = [
    { icon: "person" as const, label: t("person"), onPick: person },
    { icon: "mail" as const, label: t(knownEmail(state) ? "email_change" : "email_leave"), onPick: () => setAsked(true) },
  ];
  if (state.phase === "refused" && tall)
    return (
      <div class="frame" ref={root}>
        <Header config={config} state={state} tall={false} menu={[]} onClose={onClose} />
        <main class="scroll refused"><p>{t("refused")}</p><p class="soft">{t("refused_why")}</p></main>
      </div>
    );
  return (
    <div class="frame" ref={root}>
      <Header config={config} state={state} tall={tall} menu={tall ? [] : menu} onClose={onClose} />
      <Banner state={state} offline={offline} />
      {tall ? (
        <Home
          state={state}
          topics={config.topics}
          onTopic={pick}
          onPerson={person}
          form={leaving ? <LeaveForm draft={draft.text} onLeave={leave} /> : null}
        />
      ) : (
        <Thread
          box={box}
          state={state}
          lines={lines}
          atEnd={place.atEnd}
          fresh={fresh}
          onEnd={place.toEnd}
          onOlder={older}
          onOpen={(pictures, at) => setShown({ pictures, at })}
          onRetry={client.retry}
          onEdit={edit}
        >
          <Cards
            config={config}
            state={state}
            lines={lines}
            asked={asked}
            onCancel={() => setAsked(false)}
            onPerson={person}
            onEmail={(email) => {
              setAsked(false);
              client.leaveEmail(email);
            }}
            onRate={(score, comment) =>
              state.conversation && client.rate({ conversation: state.conversation.id, score, ...(comment ? { comment } : {}) })
            }
          />
        </Thread>
      )}
      {!leaving && state.phase !== "refused" && (
        <Composer
          pen={pen}
          draft={draft}
          uploads={uploads}
          items={items}
          many={many ? t("file_many", { n: FILES_LIMIT }) : null}
          fileLimit={config.file_limit}
          emoji={config.emoji}
          onSend={(text) => send(text)}
          onType={typed}
        />
      )}
      {over && <div class="drop"><p>{t("drop")}</p></div>}
      {Viewer && shown && <Viewer {...shown} onClose={() => setShown(null)} />}
      <div class="quiet" role="status" aria-live="polite">{spoken}</div>
    </div>
  );
}
