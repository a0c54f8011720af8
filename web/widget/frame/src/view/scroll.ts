/** Where the conversation stands: at its newest end unless the visitor has moved away from it. */
import type { RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

const NEAR_PX = 60;

export interface Place {
  atEnd: boolean;
  toEnd: () => void;
}

/**
 * Keeps the end in sight while the visitor is there, and the same line in sight when older ones are put above.
 * `first` and `last` name the outermost lines; `own` tells that the last one is the visitor's, which always shows.
 */
export function usePlace(box: RefObject<HTMLElement | null>, first: string, last: string, own: boolean, onTop: () => void): Place {
  const present = last !== "";
  const [atEnd, setAtEnd] = useState(true);
  const before = useRef({ first, last, height: 0, top: 0, end: true });

  const toEnd = useCallback(() => {
    const element = box.current;
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    before.current.end = true;
    setAtEnd(true);
  }, [box]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const old = before.current;
    const added = last !== old.last;
    if (old.end || (added && own)) toEnd();
    else if (first !== old.first) element.scrollTop += element.scrollHeight - old.height;
    before.current = { ...before.current, first, last, height: element.scrollHeight };
  });

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = (): void => {
      // What grew below moves nobody away from the end: only scrolling up does.
      const stayed = before.current.end && element.scrollTop >= before.current.top;
      const end = stayed || element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      before.current.end = end;
      before.current.top = element.scrollTop;
      setAtEnd(end);
      if (element.scrollTop < 120) onTop();
    };
    const settle = (): void => {
      if (before.current.end) element.scrollTop = element.scrollHeight;
    };
    element.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(settle);
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [box, onTop, present]);

  return { atEnd, toEnd };
}
