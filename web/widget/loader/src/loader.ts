/** The script that a shop includes: opens the chat frame on demand. */
const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  script.dataset.parleyLoaded = "1";
}

export {};
