import type { FileInfo } from "@parley/client/types";
import { FileArchive, FileAudio, FileText, FileVideo, Paperclip, type LucideIcon } from "lucide-react";

import { formatBytes } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";

import styles from "./Attachments.module.css";

function pickSign(type: string): LucideIcon {
  if (type.startsWith("audio/")) return FileAudio;
  if (type.startsWith("video/")) return FileVideo;
  if (/zip|compressed|tar/.test(type)) return FileArchive;
  return /pdf|text|document|sheet/.test(type) ? FileText : Paperclip;
}

/** Pictures as pictures, the rest by name and size. */
export function Attachments({ files }: { files: readonly FileInfo[] }) {
  const t = useT();
  const shown = files.filter((file) => file.inline !== true);
  const pictures = shown.filter((file) => file.thumbnail_url !== null);
  const others = shown.filter((file) => file.thumbnail_url === null);
  if (shown.length === 0) return null;
  return (
    <div className={styles.files}>
      {pictures.length > 0 && (
        <ul className={styles.pictures}>
          {pictures.map((file) => (
            <li key={file.id}>
              <a href={file.url} target="_blank" rel="noopener" className={styles.picture}>
                <img src={file.thumbnail_url ?? file.url} alt={t("file.picture", { name: file.name })} width={file.width ?? undefined} height={file.height ?? undefined} loading="lazy" />
              </a>
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <ul className={styles.list}>
          {others.map((file) => {
            const Sign = pickSign(file.type);
            return (
              <li key={file.id}>
                <a href={file.url} download={file.name} className={styles.file}>
                  <Sign />
                  <bdi className={styles.name}>{file.name}</bdi>
                  <span className={styles.size}>{formatBytes(file.size)}</span>
                </a>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
