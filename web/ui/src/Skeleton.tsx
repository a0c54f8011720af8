import styles from "./Skeleton.module.css";

type SkeletonProps = { lines?: number; kind?: "rows" | "text" | "bubbles"; label: string };

/** Grey shapes where content will be; invisible for the first 200 ms, so that what is fast does not blink. */
export function Skeleton({ lines = 6, kind = "text", label }: SkeletonProps) {
  return (
    <div className={styles.skeleton} data-kind={kind} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} className={styles.line} data-side={i % 3 === 1 ? "end" : "start"}>
          {kind === "rows" && <span className={styles.round} />}
          <span className={styles.bars}>
            <span className={styles.bar} />
            {kind !== "text" && <span className={styles.bar} />}
          </span>
        </div>
      ))}
    </div>
  );
}
