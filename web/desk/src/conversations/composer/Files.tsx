import type { FileInfo } from "@parley/client/types";
import { Progress } from "@parley/ui/Progress";
import { Paperclip, RotateCcw, X } from "lucide-react";

import { formatBytes } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";

import styles from "./Files.module.css";
import type { Uploading } from "./useUploads";

type FilesProps = { files: readonly FileInfo[]; /** What is shown in the text is not listed again. */ html?: string; running: readonly Uploading[]; onRemove: (file: FileInfo) => void; onCancel: (one: Uploading) => void; onRetry: (one: Uploading) => void };

/** What goes along with the message, and what is still being sent up. */
export function Files({ files: all, html, running, onRemove, onCancel, onRetry }: FilesProps) {
  const t = useT();
  const files = all.filter((file) => html?.includes(`/${file.id}?`) !== true);
  if (files.length === 0 && running.length === 0) return null;
  return (
    <ul className={styles.files} aria-label={t("composer.files")}>
      {files.map((file) => (
        <li key={file.id} className={styles.file}>
          {file.thumbnail_url !== null ? <img src={file.thumbnail_url} alt="" className={styles.picture} /> : <Paperclip />}
          <bdi className={styles.name}>{file.name}</bdi>
          <span className={styles.size}>{formatBytes(file.size)}</span>
          <button type="button" aria-label={t("file.remove", { name: file.name })} onClick={() => onRemove(file)}>
            <X />
          </button>
        </li>
      ))}
      {running.map((one) => (
        <li key={one.key} className={styles.file} data-error={one.error !== null}>
          <Paperclip />
          <bdi className={styles.name}>{one.name}</bdi>
          {one.error === null ? (
            <span className={styles.progress}>
              <Progress value={one.share} max={1} label={t("file.sending", { name: one.name })} />
            </span>
          ) : (
            <>
              <span className={styles.error} role="alert">
                {one.error}
              </span>
              <button type="button" aria-label={t("action.try_again")} onClick={() => onRetry(one)}>
                <RotateCcw />
              </button>
            </>
          )}
          <button type="button" aria-label={t("file.remove", { name: one.name })} onClick={() => onCancel(one)}>
            <X />
          </button>
        </li>
      ))}
    </ul>
  );
}
