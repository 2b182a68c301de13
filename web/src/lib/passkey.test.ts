import { expect, it } from "vitest";
import { base64url, bytes } from "./passkey";

it("carries bytes there and back", () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (const length of [0, 1, 2, 3, 255, 256]) {
    const some = all.slice(0, length);
    const text = base64url(some.buffer);
    expect(text).toMatch(/^[\w-]*$/);
    expect(bytes(text)).toEqual(some);
  }
  expect(base64url(Uint8Array.of(251, 255).buffer)).toBe("-_8");
});
