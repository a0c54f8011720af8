import { h, render } from "preact";
import { describe, expect, it } from "vitest";

import { buildRich } from "./html";

function show(html: string): string {
  const host = document.createElement("div");
  render(h("main", null, buildRich(html)), host);
  return host.firstElementChild!.innerHTML;
}

describe("buildRich", () => {
  it("keeps what a message may contain", () => {
    expect(show("<p>a <strong>b</strong><br>c</p><ul><li>d</li></ul>")).toBe("<p>a <strong>b</strong><br>c</p><ul><li>d</li></ul>");
    expect(show("<h2>T</h2><span>x</span>")).toBe("<p><strong>T</strong></p>x");
  });

  it("opens links elsewhere and only to what is a link", () => {
    expect(show('<a href="https://x.example" onclick="x()" style="position:fixed" class="launcher">x</a>')).toBe(
      '<a href="https://x.example" target="_blank" rel="noopener noreferrer nofollow">x</a>',
    );
    for (const href of ["javascript:alert(1)", " JaVaScript:1", "java\nscript:1", "data:text/html,x", "vbscript:1", "//x", "/api"])
      expect(show(`<a href="${href}">x</a>`)).toBe("<a>x</a>");
  });

  it.each([
    "<script>bad</script>",
    "<style>bad</style>",
    '<img src=x onerror="bad">',
    '<img src="data:image/svg+xml,bad">',
    '<img src="http://tracker.example/bad">',
    '<svg><script>bad</script><a href="javascript:bad">x</a></svg>',
    "<math><mtext><table><mglyph><style><img src=x onerror=bad></style></mglyph></table></mtext></math>",
    '<form action="bad"><input name="bad"></form>',
    '<iframe srcdoc="bad"></iframe>',
    "<noscript><p title=\"</noscript><img src=x onerror=bad>\"></noscript>",
    '<p onmouseover="bad" id="bad" class="bad"></p>',
  ])("lets nothing through: %s", (html) => expect(show(html)).not.toContain("bad"));

  it("survives a thousand levels", () => {
    expect(() => show("<div>".repeat(1_000) + "x")).not.toThrow();
  });
});
