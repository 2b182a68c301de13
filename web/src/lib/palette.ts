// Ten shades of one colour, dark enough where white stands on it. Pure.

type Rgb = [number, number, number];

/** WCAG AA for text. */
const CONTRAST = 4.5;
/** How much white (or, below nought, black) is mixed into each shade; the ninth is the colour itself. */
const MIX = [0.92, 0.84, 0.68, 0.5, 0.36, 0.26, 0.16, 0.08, 0, -0.22];

const rgbOf = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as Rgb;

const hexOf = (rgb: Rgb): string =>
  `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

const mixed = (rgb: Rgb, share: number): Rgb => {
  const to = share < 0 ? 0 : 255;
  return rgb.map((part) => part + (to - part) * Math.abs(share)) as Rgb;
};

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrastWithWhite(hex: string): number {
  return 1.05 / (luminance(rgbOf(hex)) + 0.05);
}

/** Whether `text` is a colour like `#1f6feb`. */
export const isColour = (text: string): boolean => /^#[0-9a-f]{6}$/i.test(text);

/** The colour, darkened until white can be read on it and it can be read on white. */
export function readable(hex: string): string {
  let rgb = rgbOf(hex);
  for (let step = 0; step < 40 && contrastWithWhite(hexOf(rgb)) < CONTRAST; step += 1)
    rgb = mixed(rgb, -0.05);
  return hexOf(rgb);
}

export function shades(hex: string): string[] {
  const base = rgbOf(readable(hex));
  return MIX.map((share) => hexOf(mixed(base, share)));
}
