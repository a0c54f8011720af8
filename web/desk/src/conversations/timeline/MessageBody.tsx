import type { Message } from "@parley/client/types";
import { ImageOff, Quote } from "lucide-react";
import { useLayoutEffect, useRef } from "react";

import { useT } from "@/lib/i18n/useT";

import styles from "./Message.module.css";

/** Rich text as the server cleaned it. Links open elsewhere and tell nothing about us. */
export function RichText({ html, className }: { html: string; className?: string | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    for (const link of box.current?.querySelectorAll("a[href]") ?? []) {
      link.setAttribute("target", "_blank");
      link.setAttribute("rel", "noopener noreferrer nofollow");
    }
  }, [html]);
  return <div ref={box} className={className} dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}

/** What a message says, with what it quotes folded away. */
export function MessageBody({ message }: { message: Message }) {
  const t = useT();
  if (message.redacted) return <p className={styles.redacted}>{t("message.redacted")}</p>;
  return (
    <>
      {message.forwarded_from && <p className={styles.forwarded}>{t("message.forwarded_from", { name: message.forwarded_from.name || message.forwarded_from.address })}</p>}
      {message.html !== "" ? <RichText html={message.html} className={styles.text} /> : message.text !== "" && (
        <p className={styles.plain} dir="auto">
          {message.text}
        </p>
      )}
      {message.remote_images > 0 && (
        <p className={styles.remote}>
          <ImageOff />
          {t("message.remote_images", { n: message.remote_images })}
        </p>
      )}
      {message.quoted_html !== null && message.quoted_html !== "" && (
        <details className={styles.quoted}>
          <summary>
            <Quote />
            {t("message.quoted")}
          </summary>
          <RichText html={message.quoted_html} className={styles.text} />
        </details>
      )}
    </>
  );
}
