import "@parley/ui/tokens.css";

import { render } from "preact";

const root = document.getElementById("root");
if (root) {
  render(<main>Chat</main>, root);
}
