// Frames as people read them. Text that is not JSON is shown as it came.

export function pretty(text: string | null): string {
  if (text === null) return "";
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The part of a frame that a person wants to see: the payload of a call, or of its answer, else the whole. */
export function payload(text: string | null): string {
  if (text === null) return "";
  try {
    const frame: unknown = JSON.parse(text);
    if (Array.isArray(frame) && frame[0] === 2 && frame.length >= 4) return JSON.stringify(frame[3], null, 2);
    if (Array.isArray(frame) && frame[0] === 3 && frame.length >= 3) return JSON.stringify(frame[2], null, 2);
    return JSON.stringify(frame, null, 2);
  } catch {
    return text;
  }
}
