import type { Channel } from "@parley/client/types";
import { MessageCircle } from "lucide-react";
import { useEffect, useRef } from "react";

import { useT } from "@/lib/i18n/useT";

import styles from "../Channels.module.css";
import type { ChatLook } from "./Install";

/** The real widget, with the look that is being chosen. */
export function Preview({ channel, look }: { channel: Channel; look: ChatLook }) {
  const t = useT();
  const launcher = useRef<HTMLDivElement>(null);
  useEffect(() => launcher.current?.style.setProperty("background-color", look.colour), [look.colour]);
  const query = new URLSearchParams({ channel: channel.public_key, preview: "1", colour: look.colour });
  return (
    <aside className={styles.preview} data-position={look.position} aria-label={t("install.preview")}>
      <iframe className={styles.frame} title={t("install.preview")} src={`/widget/frame?${query.toString()}`} loading="lazy" />
      <div ref={launcher} className={styles.launcher} aria-hidden="true">
        <MessageCircle />
      </div>
    </aside>
  );
}
