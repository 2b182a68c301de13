// Filters, page and tab live in the URL, so that every screen can be sent to a colleague. Plain text values only.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export type UrlValues = Record<string, string | undefined>;

/** `?online=true` stays the text `true`: no JSON in addresses. */
export function parseSearch(text: string): UrlValues {
  return Object.fromEntries(new URLSearchParams(text));
}

export function writeSearch(values: UrlValues): string {
  const text = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") text.set(key, String(value));
  }
  const tail = text.toString();
  return tail ? `?${tail}` : "";
}

export function useUrlState(): [UrlValues, (change: UrlValues) => void] {
  const values = useSearch({ strict: false }) as UrlValues;
  const navigate = useNavigate();
  const set = useCallback(
    (change: UrlValues) => {
      void navigate({
        to: ".",
        search: ((old: UrlValues) => ({ ...old, ...change })) as never,
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return [values, set];
}
