import { Package } from "lucide-react";
import { useState } from "react";

import styles from "./Thumb.module.css";

/** A small picture of what was bought; a parcel where there is none. The title stands beside it. */
export function Thumb({ url }: { url: string }) {
  const [broken, setBroken] = useState("");
  if (url === "" || broken === url) {
    return (
      <span className={styles.thumb}>
        <Package />
      </span>
    );
  }
  return <img className={styles.thumb} src={url} alt="" loading="lazy" decoding="async" referrerPolicy="no-referrer" onError={() => setBroken(url)} />;
}
