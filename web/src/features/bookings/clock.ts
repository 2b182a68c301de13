// A moment on the clocks of a zone.

export const clock = (at: string, zone: string, locale: string): string =>
  new Date(at).toLocaleTimeString(locale, { timeZone: zone, hour: "2-digit", minute: "2-digit" });
