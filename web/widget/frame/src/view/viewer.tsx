/** A picture over the whole frame, fetched when one is first opened. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { FileInfo } from "../core/protocol";
import { t } from "../i18n";
import { Icon } from "./icons";
import { IconButton } from "./parts";
import "../styles/viewer.css";

export interface ViewerProps {
  pictures: readonly FileInfo[];
  at: number;
  onClose: () => void;
}

export default function Viewer({ pictures, at, onClose }: ViewerProps): VNode | null {
  const dialog = useRef<HTMLDialogElement>(null);
  const [index, setIndex] = useState(at);
  const picture = pictures[index];
  const step = (by: number): void => setIndex((index + by + pictures.length) % pictures.length);

  useEffect(() => dialog.current?.showModal(), []);

  function key(event: KeyboardEvent): void {
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (pictures.length > 1 && /^Arrow(Left|Right)$/.test(event.key)) step(event.key === forward ? 1 : -1);
    event.stopPropagation();
  }

  if (!picture) return null;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the dialog hears the arrow keys for its buttons
    <dialog class="viewer" ref={dialog} aria-label={t("image", { name: picture.name })} onClose={onClose} onKeyDown={key}>
      <div class="viewer-bar">
        <bdi>{picture.name}</bdi>
        <a class="icon-button" href={picture.url} target="_blank" rel="noopener noreferrer" download={picture.name} aria-label={t("download")} title={t("download")}>
          <Icon name="load" />
        </a>
        <IconButton icon="close" label={t("cancel")} onClick={() => dialog.current?.close()} />
      </div>
      <img key={picture.id} src={picture.url} alt={picture.name} />
      {pictures.length > 1 && (
        <div class="viewer-steps">
          <IconButton icon="previous" flip label={t("previous")} onClick={() => step(-1)} />
          <span>{`${index + 1} / ${pictures.length}`}</span>
          <IconButton icon="next" flip label={t("next")} onClick={() => step(1)} />
        </div>
      )}
    </dialog>
  );
}
