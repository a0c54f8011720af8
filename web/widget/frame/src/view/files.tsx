/** Files of a message: pictures as pictures, the rest as a named link. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";

import type { FileInfo } from "../core/protocol";
import { isPicture } from "../core/timeline";
import { t } from "../i18n";
import { formatSize } from "../time";
import { Icon } from "./icons";

const WIDEST = 232;
const HIGHEST = 260;

/** The size at which a picture is shown, known before it has loaded so that nothing moves. */
export function fit({ width, height }: FileInfo): { width: number; height: number } {
  if (!width || !height) return { width: WIDEST, height: 160 };
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
}

const Chip = ({ file }: { file: FileInfo }): VNode => (
  <a class="file" href={file.url} target="_blank" rel="noopener noreferrer" download={file.name}>
    <Icon name="file" />
    <span class="file-name">
      <bdi>{file.name}</bdi>
      <small>{formatSize(file.size)}</small>
    </span>
    <Icon name="load" />
  </a>
);

function Picture({ file, onOpen }: { file: FileInfo; onOpen: () => void }): VNode {
  const [broken, setBroken] = useState(false);
  if (broken) return <Chip file={file} />;
  return (
    <button type="button" class="picture" aria-label={t("image", { name: file.name })} onClick={onOpen}>
      <img src={file.thumbnail ?? file.url} alt="" {...fit(file)} loading="lazy" onError={() => setBroken(true)} />
    </button>
  );
}

export interface FilesProps {
  files: readonly FileInfo[];
  onOpen: (pictures: FileInfo[], at: number) => void;
}

export function Files({ files, onOpen }: FilesProps): VNode {
  const pictures = files.filter(isPicture);
  return (
    <div class="files">
      {pictures.map((file, at) => (
        <Picture key={file.id} file={file} onOpen={() => onOpen(pictures, at)} />
      ))}
      {files.filter((file) => !isPicture(file)).map((file) => (
        <Chip key={file.id} file={file} />
      ))}
    </div>
  );
}
