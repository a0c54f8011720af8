import { Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";

import { useT } from "@/lib/i18n/useT";

import styles from "./PhoneBack.module.css";

/** The way back to the views, where they are a page of their own. */
export function PhoneBack() {
  const t = useT();
  return (
    <Link to="/inbox" className={styles.back} aria-label={t("nav.views")}>
      <ChevronLeft className="mirrored" />
    </Link>
  );
}
