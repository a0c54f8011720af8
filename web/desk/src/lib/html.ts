const SIGNS: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Plain text as rich text: paragraphs at empty lines, breaks at the others. */
export function escapeText(text: string): string {
  const safe = text.replace(/[&<>"]/g, (sign) => SIGNS[sign] ?? sign);
  return safe
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== "")
    .map((part) => `<p>${part.replaceAll("\n", "<br>")}</p>`)
    .join("");
}

/** Whether rich text shows nothing. */
export function isBlank(html: string): boolean {
  return !/<img\b/i.test(html) && html.replace(/<[^>]*>|&nbsp;|\s/g, "") === "";
}

/** Rich text as plain lines, for a field that takes no formatting. */
export function plainText(html: string): string {
  const page = new DOMParser().parseFromString(html.replace(/<br\s*\/?>|<\/p>|<\/div>/gi, "\n"), "text/html");
  return page.body.textContent.replace(/\n{3,}/g, "\n\n").trim();
}
