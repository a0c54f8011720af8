import { Node } from "@tiptap/core";

const size = (value: string | null) => (value !== null && /^\d{1,5}$/.test(value) ? value : null);

/** Pictures of ours within a text. Those of other servers are not taken over. */
export const Picture = Node.create({
  name: "picture",
  group: "inline",
  inline: true,
  draggable: true,
  addAttributes() {
    return {
      src: { default: null },
      alt: { default: null },
      width: { default: null, parseHTML: (element) => size(element.getAttribute("width")) },
      height: { default: null, parseHTML: (element) => size(element.getAttribute("height")) },
    };
  },
  parseHTML: () => [{ tag: 'img[src^="/files/"]' }],
  renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
});
