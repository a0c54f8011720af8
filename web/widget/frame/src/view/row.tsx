/** One line of the conversation. */
import type { VNode } from "preact";

import type { Pending } from "../core/outbox";
import { isJumbo } from "../core/timeline";
import type { Line } from "../core/timeline";
import { Words } from "../html";
import { t } from "../i18n";
import { formatTime } from "../time";
import { Files } from "./files";
import type { FilesProps } from "./files";
import { Icon } from "./icons";
import { Face } from "./parts";

export interface RowProps {
  line: Line;
  /** Said below the newest of the visitor's own messages. */
  mark: "seen" | "sent" | null;
  onOpen: FilesProps["onOpen"];
  onRetry: (entry: Pending) => void;
  onEdit: (entry: Pending) => void;
}

function Who({ line }: { line: Line }): VNode {
  const author = line.message?.author;
  if (line.own || !author) return <span class="quiet">{t("you")}</span>;
  const assistant = author.kind === "assistant";
  const role = t(assistant ? "role_assistant" : "role_agent");
  return (
    <div class={line.first ? "who" : "quiet"}>
      {author.name && <bdi class="name">{author.name}</bdi>}
      <span class={`role ${author.kind}`}>
        {assistant && <Icon name="spark" />}
        {role}
      </span>
    </div>
  );
}

function Failed({ entry, onRetry, onEdit }: { entry: Pending } & Pick<RowProps, "onRetry" | "onEdit">): VNode {
  return (
    <div class="meta failed">
      <Icon name="alert" />
      <span>{t("unsent")}</span>
      <button type="button" class="link" onClick={() => onRetry(entry)}>{t("retry")}</button>
      <button type="button" class="link" onClick={() => onEdit(entry)}>{t("edit")}</button>
    </div>
  );
}

function Meta({ line, mark, onRetry, onEdit }: RowProps): VNode | null {
  const { pending } = line;
  if (pending?.state === "failed") return <Failed entry={pending} onRetry={onRetry} onEdit={onEdit} />;
  if (!line.last && !mark) return null;
  const state = pending ? (pending.state === "sent" ? t("sent") : t("sending")) : mark && t(mark);
  return (
    <div class="meta">
      <time dateTime={line.at.toISOString()}>{formatTime(line.at)}</time>
      {state && <span>{` · ${state}`}</span>}
    </div>
  );
}

export function Row(props: RowProps): VNode {
  const { line, onOpen } = props;
  const { message, pending, own, text, html, files } = line;
  if (message?.author.kind === "system")
    return (
      <li class="event">
        <Words html={html} text={text} />
      </li>
    );
  const classes = ["row", own ? "own" : "theirs", line.first && "first", line.last && "last", pending?.state];
  return (
    <li class={classes.filter(Boolean).join(" ")}>
      {!own && message && (line.last ? <Face person={message.author} kind={message.author.kind} /> : <span class="face blank" />)}
      <div class="said">
        <Who line={line} />
        {(text || html) && (
          <div class={isJumbo(text) ? "bubble jumbo" : "bubble"}>
            <Words html={html} text={text} />
          </div>
        )}
        {files.length > 0 && <Files files={files} onOpen={onOpen} />}
        <Meta {...props} />
      </div>
    </li>
  );
}
