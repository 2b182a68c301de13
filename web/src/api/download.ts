// Fetches a file and hands it to the browser's downloads; an error is a problem like any other, not a page of JSON.
import { fetchFile, type Query } from "./http";

/** The name that the server proposes. */
export function nameOf(disposition: string | null): string | undefined {
  const plain = disposition?.match(/filename="([^"]+)"/)?.[1];
  const encoded = disposition?.match(/filename\*=UTF-8''([^;]+)/i)?.[1];
  return encoded ? decodeURIComponent(encoded) : plain;
}

export async function download(route: string, query: Query = {}): Promise<void> {
  const response = await fetchFile(route, query);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = nameOf(response.headers.get("content-disposition")) ?? "download";
  link.click();
  URL.revokeObjectURL(url);
}
