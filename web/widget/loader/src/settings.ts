/** What the shop's script tag says. */
export interface Settings {
  channel: string;
  /** Address of the frame, on Parley's own origin. */
  frame: URL;
  language: string;
  colour: string;
  /** As the shop gave it; the frame makes sense of it. */
  identity: unknown;
  tag: DOMStringMap;
}

const root = document.documentElement;

export function readSettings({ src, dataset: tag }: HTMLScriptElement): Settings {
  const { channel = "", customerId: id, customerEmail: email, customerName: name, customerExpires: expires, customerSignature: signature } = tag;
  return {
    channel,
    frame: new URL("widget/frame", src),
    language: tag.language ?? (root.lang || navigator.language),
    colour: tag.colour ?? "",
    identity: signature ? { id, email, name, expires, signature } : null,
    tag,
  };
}
