import { createStore } from "@/lib/store";

type DeviceSettings = {
  theme: "system" | "light" | "dark";
  panel: boolean;
  singleKeys: boolean;
  sound: boolean;
  away: boolean;
  listWidth: number;
};

const NAME = "parley.device";
const DEFAULTS: DeviceSettings = { theme: "system", panel: true, singleKeys: true, sound: true, away: false, listWidth: 352 };

function load(): DeviceSettings {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(NAME) ?? "{}") as Partial<DeviceSettings>) };
  } catch {
    return DEFAULTS;
  }
}

/** What is kept on this device rather than for the person. */
export const device = createStore<DeviceSettings>(load());

export function changeDevice(change: Partial<DeviceSettings>): void {
  device.set((old) => ({ ...old, ...change }));
}

function show(): void {
  const { theme } = device.get();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Shows the theme and keeps every later change. Once, at start. */
export function startDevice(): void {
  show();
  device.subscribe(() => {
    show();
    try {
      localStorage.setItem(NAME, JSON.stringify(device.get()));
    } catch {
      // Private windows may refuse storage; the settings then last as long as the page.
    }
  });
}
