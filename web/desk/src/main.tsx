import "@fontsource-variable/inter/wght.css";
import "@parley/ui/tokens.css";
import "@parley/ui/base.css";
import "./app/print.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "@/app/App";
import { startDevice } from "@/lib/device";
import { detectLocale, setLocale } from "@/lib/i18n/catalogue";
import { watchUpdates } from "@/lib/update";

startDevice();
watchUpdates();
const root = document.getElementById("root");
if (root) {
  await setLocale(detectLocale());
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
