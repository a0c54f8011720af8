/** The elements on the shop's page, built without markup so that the strictest policies for content let them be. */
import { STYLES } from "./styles";

const BUBBLE = "M5.5 16.7a9 7.5 0 1 1 3.5 1.9l-4.5 2z";
const DOWN = "M6 9l6 6 6-6";

const SVG = "http://www.w3.org/2000/svg";

function icon(path: string): Element {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.appendChild(document.createElementNS(SVG, "path")).setAttribute("d", path);
  return svg;
}

function dress(shadow: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    add("style", shadow).textContent = STYLES;
  }
}

function add<K extends keyof HTMLElementTagNameMap>(name: K, parent: Node): HTMLElementTagNameMap[K] {
  return parent.appendChild(document.createElement(name));
}

/** Host, root (it carries the classes `open`, `ready` and `start`), box of the frame, launcher and its badge. */
export function drawElements() {
  const host = add("parley-widget" as "div", document.documentElement);
  const shadow = host.attachShadow({ mode: "open" });
  dress(shadow);
  const root = add("section", shadow);
  const box = add("div", root);
  const launcher = add("button", root);
  launcher.append(icon(BUBBLE), icon(DOWN));
  box.role = "dialog";
  return [host, root, box, launcher, add("b", launcher)] as const;
}

/** Colours the launcher, with white or black on it, whichever stands out; anything but `#rrggbb` is ignored. */
export function paint({ style }: HTMLElement, colour: string): void {
  const [, r, g, b] = /^#(..)(..)(..)$/.exec(colour) ?? [];
  if (!b) return;
  const light = parseInt(r ?? "", 16) * 0.3 + parseInt(g ?? "", 16) * 0.59 + parseInt(b, 16) * 0.11;
  style.setProperty("--a", colour);
  style.setProperty("--i", light > 165 ? "#141418" : "#fff");
}
