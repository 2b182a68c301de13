// The administrator's handbook: one page per screen, in the reader's language. Data; nothing here draws.

export interface HandbookPart {
  heading: string;
  text: string;
  steps: string[];
}

export interface HandbookPage {
  slug: string;
  /** The screen it is about. */
  to: string;
  title: string;
  lead: string;
  parts: HandbookPart[];
}

type Pages = { default: HandbookPage[] };

const BOOKS: Record<string, () => Promise<Pages>> = {
  en: () => import("./en.json"),
  de: () => import("./de.json"),
  da: () => import("./da.json"),
};

export const bookIn = async (language: string): Promise<HandbookPage[]> =>
  (await (BOOKS[language] ?? BOOKS.en)?.())?.default ?? [];

const words = (page: HandbookPage): string =>
  [page.title, page.lead, ...page.parts.flatMap((part) => [part.heading, part.text, ...part.steps])]
    .join(" ")
    .toLowerCase();

/** Pages that hold every word of the search, those with it in the title first. */
export function found(pages: HandbookPage[], search: string): HandbookPage[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = pages.filter((page) => wanted.every((word) => words(page).includes(word)));
  const inTitle = (page: HandbookPage) => wanted.some((word) => page.title.toLowerCase().includes(word));
  return [...hits].sort((a, b) => Number(inTitle(b)) - Number(inTitle(a)));
}

/** The page about the screen at an address, for the help beside it. */
export function slugFor(path: string): string {
  if (path === "/") return "dashboard";
  if (/^\/chargers\/\d/.test(path)) return "charger";
  const first = path.split("/")[1] ?? "";
  const own: Record<string, string> = {
    "api-keys": "programs",
    "getting-started": "organisation",
    settings: "organisation",
    bulk: "chargers",
    reports: "dashboard",
  };
  return own[first] ?? first;
}
