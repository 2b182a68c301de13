// Prices as decimal text, six decimals at most: exact arithmetic on millionths, never through a float.

const DECIMALS = 6;

/** `"0.25"` or `"0,25"` as millionths; `undefined` for anything that is no price. */
export function millionths(text: string): bigint | undefined {
  const found = /^(\d{1,8})(?:[.,](\d{1,6}))?$/.exec(text.trim());
  if (!found) return undefined;
  return BigInt(found[1] ?? "0") * 1_000_000n + BigInt((found[2] ?? "").padEnd(DECIMALS, "0"));
}

/** The shortest text with at least two decimals. */
export function decimalText(value: bigint): string {
  const digits = value.toString().padStart(DECIMALS + 1, "0");
  const whole = digits.slice(0, -DECIMALS);
  const rest = digits.slice(-DECIMALS).replace(/0+$/, "");
  return `${whole}.${rest.padEnd(2, "0")}`;
}

/** What a minute costs where an hour costs this; `undefined` where that has more than six decimals. */
export function perMinute(hour: string): string | undefined {
  const value = millionths(hour);
  return value !== undefined && value % 60n === 0n ? decimalText(value / 60n) : undefined;
}

export function perHour(minute: string): string | undefined {
  const value = millionths(minute);
  return value === undefined ? undefined : decimalText(value * 60n);
}
