/** The files of the message being written. */
import type { VNode } from "preact";

import type { Upload } from "../core/uploads";
import { t } from "../i18n";
import type { Key } from "../i18n";
import { formatSize } from "../time";
import { Icon } from "./icons";

export interface AttachmentsProps {
  items: readonly Upload[];
  limit: number;
  /** One message cannot carry all the files that were given. */
  many: string | null;
  onRemove: (key: number) => void;
  onResume: () => void;
}

const problemText = ({ name, problem }: Upload, limit: number): string =>
  t(`file_${problem ?? "failed"}` as Key, { name, limit: formatSize(limit) });

export function Attachments({ items, limit, many, onRemove, onResume }: AttachmentsProps): VNode | null {
  if (!items.length && !many) return null;
  const wrong = items.filter((item) => item.problem);
  return (
    <div class="attachments">
      <ul>
        {items.map((item) => (
          <li key={item.key} class={item.problem ? "upload wrong" : "upload"}>
            {item.preview ? <img src={item.preview} alt="" width={36} height={36} /> : <Icon name="file" />}
            <span class="file-name">
              <bdi>{item.name}</bdi>
              {item.info || item.problem ? (
                <small>{formatSize(item.size)}</small>
              ) : (
                <progress value={item.share} max={1} aria-label={item.name} />
              )}
            </span>
            <button type="button" class="remove" aria-label={t("file_remove", { name: item.name })} onClick={() => onRemove(item.key)}>
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      {(many !== null || wrong.length > 0) && (
        <div class="error" role="alert">
          {many && <p>{many}</p>}
          {wrong.map((item) => (
            <p key={item.key}>{problemText(item, limit)}</p>
          ))}
          {wrong.some((item) => item.problem === "failed") && (
            <button type="button" class="link" onClick={onResume}>{t("retry")}</button>
          )}
        </div>
      )}
    </div>
  );
}
