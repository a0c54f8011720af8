/** The shop's accent colour, made readable: every pair used here reaches 4.5 : 1 on its ground. */

type Rgb = readonly [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [20, 20, 24];
const DARK: Rgb = [24, 24, 27];
const TEXT_CONTRAST = 4.5;
const SHAPE_CONTRAST = 1.35;

/** Reads `#rrggbb` or `#rgb`; null for anything else. */
export function parseColour(text: string): Rgb | null {
  const hex = /^#([\da-f]{6}|[\da-f]{3})$/i.exec(text.trim())?.[1];
  if (!hex) return null;
  const full = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
  return [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16)) as unknown as Rgb;
}

const toHex = (rgb: Rgb): string => `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
const mix = (a: Rgb, b: Rgb, share: number): Rgb => a.map((part, at) => Math.round(part + ((b[at] ?? 0) - part) * share)) as unknown as Rgb;

/** Relative luminance of WCAG 2.2. */
function luminance(rgb: Rgb): number {
  const [r = 0, g = 0, b = 0] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of WCAG 2.2, from 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function until(colour: Rgb, ground: Rgb, toward: Rgb, ratio: number): Rgb {
  let result = colour;
  for (let share = 0.05; contrast(result, ground) < ratio && share <= 1; share += 0.05) result = mix(colour, toward, share);
  return result;
}

/** The properties that replace the tokens' accent in light or dark. */
export function accentProperties(colour: string, dark: boolean): Record<string, string> {
  const ground = dark ? DARK : WHITE;
  const toward = dark ? WHITE : INK;
  const shape = until(parseColour(colour) ?? [67, 83, 208], ground, toward, SHAPE_CONTRAST);
  const on = contrast(shape, WHITE) > contrast(shape, INK) * 0.6 ? WHITE : INK;
  const fill = until(shape, on, on === WHITE ? INK : WHITE, TEXT_CONTRAST);
  const soft = mix(ground, fill, dark ? 0.24 : 0.09);
  return {
    "--accent": toHex(fill),
    "--accent-hover": toHex(mix(fill, on === WHITE ? INK : WHITE, 0.14)),
    "--on-accent": toHex(on),
    "--accent-ink": toHex(until(fill, soft, toward, TEXT_CONTRAST)),
    "--accent-soft": toHex(soft),
    "--accent-line": toHex(mix(ground, fill, dark ? 0.5 : 0.35)),
    "--focus": toHex(until(fill, ground, toward, 3)),
  };
}
