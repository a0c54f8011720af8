import type { Message } from "@parley/client/types";
import { FileX2, Scissors, ShieldAlert, ShieldQuestion } from "lucide-react";

import { formatBytes } from "@/lib/format/text";
import { BASE } from "@/lib/http";
import { useT } from "@/lib/i18n/useT";

import styles from "./Marks.module.css";

function Omitted({ message }: { message: Message }) {
  const t = useT();
  const { omitted, omitted_count: n } = message;
  const more = n - omitted.length;
  return (
    <details className={styles.omitted}>
      <summary className={styles.mark}>
        <FileX2 />
        {t("mark.omitted", { n })}
      </summary>
      <ul className={styles.files}>
        {omitted.map((file, i) => (
          <li key={i}>
            <bdi>{file.name || file.type}</bdi> · {formatBytes(file.size)}
          </li>
        ))}
        {more > 0 && <li>{t("mark.more", { n: more })}</li>}
      </ul>
    </details>
  );
}

/** Thin lines on what a mail has lost on its way here, and on a sender whom nobody vouches for. */
export function Marks({ message }: { message: Message }) {
  const t = useT();
  const { sender_check: check, cut, omitted_count: left, redacted, has_source: source } = message;
  if (redacted || (check !== "failed" && check !== "unconfirmed" && !cut && left === 0)) return null;
  return (
    <div className={styles.marks}>
      {check === "failed" && (
        <p className={styles.mark} data-tone="red">
          <ShieldAlert />
          {t("mark.forged")}
        </p>
      )}
      {check === "unconfirmed" && (
        <p className={styles.mark}>
          <ShieldQuestion />
          {t("mark.unconfirmed")}
        </p>
      )}
      {cut && (
        <p className={styles.mark}>
          <Scissors />
          <span>
            {t("mark.cut")}{" "}
            {source && (
              <a href={`${BASE}/messages/${message.id}/source`} target="_blank" rel="noopener">
                {t("mail.source")}
              </a>
            )}
          </span>
        </p>
      )}
      {left > 0 && <Omitted message={message} />}
    </div>
  );
}
