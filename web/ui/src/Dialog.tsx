import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useEffect, type ReactNode } from "react";

import { cx } from "./cx";
import styles from "./Dialog.module.css";

type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  /** One sentence on what this is for. */
  intro?: ReactNode;
  closeLabel: string;
  size?: "s" | "m" | "l";
  /** Slides in from the end of the line, as high as the window. */
  sheet?: boolean;
  footer?: ReactNode;
  children?: ReactNode;
};

let open = 0;

/** While something modal is open, the page behind it can neither be focused nor read. */
export function useInertPage(modal: boolean): void {
  useEffect(() => {
    const page = document.getElementById("root");
    if (!modal || !page) return;
    open += 1;
    page.inert = true;
    return () => {
      open -= 1;
      if (open === 0) page.inert = false;
    };
  }, [modal]);
}

/** What is asked for has the focus, not the way out; without a field the first button has it. */
function focusField(event: Event): void {
  const field = (event.target as HTMLElement).querySelector<HTMLElement>("input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), textarea, select");
  if (!field) return;
  event.preventDefault();
  field.focus();
}

/**
 * A window over the page; focus stays inside, Escape and a click beside it close it.
 * The veil is our own element: Radix's writes a style sheet into the page, which a strict content policy refuses.
 */
export function Dialog({ open: shown, onClose, title, intro, closeLabel, size = "m", sheet, footer, children }: DialogProps) {
  useInertPage(shown);
  return (
    <Radix.Root open={shown} onOpenChange={(next) => { if (!next) onClose(); }}>
      <Radix.Portal>
        <div className={cx(styles.veil, sheet && styles.sheetVeil)}>
          <Radix.Content
            className={cx(styles.dialog, styles[size], sheet && styles.sheet)}
            onOpenAutoFocus={focusField}
            {...(intro === undefined && { "aria-describedby": undefined })}
          >
            <header className={styles.head}>
              <div className={styles.words}>
                <Radix.Title className={styles.title}>{title}</Radix.Title>
                {intro !== undefined && <Radix.Description className={styles.intro}>{intro}</Radix.Description>}
              </div>
              <Radix.Close className={styles.close} aria-label={closeLabel}>
                <X />
              </Radix.Close>
            </header>
            <div className={styles.body}>{children}</div>
            {footer !== undefined && <footer className={styles.foot}>{footer}</footer>}
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
}
