import styles from "./Progress.module.css";

type ProgressProps = { value: number; max: number; label: string };

/** How far something long has come. */
export function Progress({ value, max, label }: ProgressProps) {
  return <progress className={styles.progress} value={value} max={max} aria-label={label} />;
}
