/** The script that a shop includes: draws the launcher, opens the frame on demand and carries the shop's calls to it. */
import { openCalls } from "./calls";
import { readSettings } from "./settings";

const script = document.currentScript as HTMLScriptElement | null;
const shop = window as { parleyLoaded?: boolean };
if (script?.dataset.channel && !shop.parleyLoaded) {
  shop.parleyLoaded = true;
  openCalls(readSettings(script));
}
