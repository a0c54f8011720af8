import type { Channel } from "@parley/client/types";
import { MessageCircle } from "lucide-react";
import { useEffect, useRef } from "react";

import { useT } from "@/lib/i18n/useT";

import styles from "../Channels.module.css";
import type { ChatLook } from "./Install";

// What the loader on a shop's page says first (docs/widget.md).
const SHOWN = { t: "init", open: true, modal: false, insets: "", focus: false, identity: null, mark: null };

/** The real widget, to look at, with the look that is being chosen: it connects to nothing and is no visitor. */
export function Preview({ channel, look }: { channel: Channel; look: ChatLook }) {
  const t = useT();
  const launcher = useRef<HTMLDivElement>(null);
  useEffect(() => launcher.current?.style.setProperty("background-color", look.colour), [look.colour]);
  const frame = useRef<HTMLIFrameElement>(null);
  const { colour } = look;
  useEffect(() => {
    const hear = ({ source, data }: MessageEvent<{ parley?: { t: string } } | null>) => {
      const window = frame.current?.contentWindow;
      if (!window || source !== window || data?.parley?.t !== "ready") return;
      window.postMessage({ parley: { ...SHOWN, page: { url: location.href, title: "" }, language: document.documentElement.lang, colour } }, location.origin);
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, [colour]);
  return (
    <aside className={styles.preview} data-position={look.position} aria-label={t("install.preview")}>
      <iframe key={colour} ref={frame} className={styles.frame} title={t("install.preview")} src={`/widget/frame?channel=${encodeURIComponent(channel.public_key)}&preview#${location.origin}`} inert />
      <div ref={launcher} className={styles.launcher} aria-hidden="true">
        <MessageCircle />
      </div>
    </aside>
  );
}
