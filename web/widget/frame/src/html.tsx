/**
 * Rich text of a message as elements. The server has sanitised it; this is the second wall: the text is parsed into a
 * document that runs nothing, and only what stands on these lists is built anew, without any other attribute.
 */
import { h } from "preact";
import type { ComponentChild, VNode } from "preact";

const KEPT = new Set(
  "a b blockquote br code del em hr i img li ol p pre s strong sub sup table tbody td th thead tr u ul".split(" "),
);
const HEADINGS = /^h[1-6]$/;
const VOID = new Set(["br", "hr", "img"]);
/** Their content is not text for the reader. */
const DROPPED = new Set(
  "script style template noscript iframe object embed svg math head title textarea select option button form input audio video".split(" "),
);
const MAX_DEPTH = 40;

const LINK = /^(https?:\/\/|mailto:|tel:)/i;
const IMAGE = /^(https:\/\/|\/(?!\/))/i;

function attributes(element: Element, tag: string): Record<string, string> | null {
  if (tag === "a") {
    const href = element.getAttribute("href")?.trim() ?? "";
    return LINK.test(href) ? { href, target: "_blank", rel: "noopener noreferrer nofollow" } : {};
  }
  if (tag !== "img") return {};
  const src = element.getAttribute("src")?.trim() ?? "";
  return IMAGE.test(src) ? { src, alt: element.getAttribute("alt") ?? "", loading: "lazy" } : null;
}

function build(node: Node, depth: number): ComponentChild {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue;
  if (node.nodeType !== Node.ELEMENT_NODE || depth > MAX_DEPTH) return null;
  const element = node as Element;
  const tag = element.localName;
  if (DROPPED.has(tag) || element.namespaceURI !== "http://www.w3.org/1999/xhtml") return null;
  const children = VOID.has(tag) ? [] : Array.from(element.childNodes, (child) => build(child, depth + 1));
  if (HEADINGS.test(tag)) return h("p", null, h("strong", null, children));
  if (tag === "div") return h("div", null, children);
  if (!KEPT.has(tag)) return children;
  const given = attributes(element, tag);
  return given && h(tag, given, children);
}

/** Builds the elements of one text. */
export function buildRich(html: string): ComponentChild[] {
  const page = new DOMParser().parseFromString(html, "text/html");
  return Array.from(page.body.childNodes, (node) => build(node, 0));
}

/** A message's words: rich where the server made them rich, else as typed. */
export function Words({ html, text }: { html: string | null; text: string }): VNode {
  return html === null ? <div class="words plain" dir="auto">{text}</div> : <div class="words" dir="auto">{buildRich(html)}</div>;
}
