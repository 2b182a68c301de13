// Time zones and currencies the browser knows, for choices in forms.

export const timeZones = (): string[] => [
  "UTC",
  ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC"),
];

export const currencies = (): string[] => Intl.supportedValuesOf("currency");
