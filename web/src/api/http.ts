// The one door to the server: JSON in, JSON out, problems as errors. Knows no noun and keeps nothing.

const BASE = "/api/v1";

/** Sent to the window when the server no longer knows who is asking. */
export const SIGNED_OUT = "forecourt:signed-out";

export interface FieldProblem {
  /** JSON pointer of the member it concerns, for example `/identity`. */
  field: string;
  message: string;
}

/** An RFC 9457 answer, or `status` 0 when the server could not be reached. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly fields: FieldProblem[];

  constructor(status: number, title: string, detail: string | undefined, fields: FieldProblem[] = []) {
    super(detail || title);
    this.name = "Problem";
    this.status = status;
    this.title = title;
    this.fields = fields;
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export function path(route: string, query?: Query): string {
  const text = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") text.set(key, String(value));
  }
  const tail = text.toString();
  return BASE + route + (tail ? `?${tail}` : "");
}

async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => null)) as {
    title?: string;
    detail?: string;
    errors?: FieldProblem[];
  } | null;
  const title = body?.title ?? response.statusText ?? `HTTP ${response.status}`;
  return new Problem(response.status, title, body?.detail, body?.errors ?? []);
}

/** Sends, and turns everything but success into a problem. */
async function ask(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, credentials: "same-origin" });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new Problem(0, "unreachable", undefined);
  }
  if (response.status === 401 && !url.endsWith("/session")) window.dispatchEvent(new Event(SIGNED_OUT));
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** A file of the server, as it comes. */
export const fetchFile = (route: string, query: Query): Promise<Response> =>
  ask(path(route, query), { method: "GET" });

async function send<T>(
  method: string,
  url: string,
  body?: unknown,
  signal?: AbortSignal,
  version?: number,
): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (version !== undefined) headers["if-match"] = `"${version}"`;
  const response = await ask(url, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  });
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

const BYTES = { accept: "application/json", "content-type": "application/octet-stream" };

export const http = {
  get: <T>(route: string, query?: Query, signal?: AbortSignal) =>
    send<T>("GET", path(route, query), undefined, signal),
  post: <T>(route: string, body: unknown = {}) => send<T>("POST", path(route), body),
  /** `version` is the one that was read: somebody else's change in between is not overwritten. */
  put: <T>(route: string, body: unknown, version?: number) =>
    send<T>("PUT", path(route), body, undefined, version),
  patch: <T>(route: string, body: unknown) => send<T>("PATCH", path(route), body),
  /** The body is the file itself. */
  putFile: (route: string, file: Blob): Promise<unknown> =>
    ask(path(route), { method: "PUT", headers: BYTES, body: file }),
  postFile: async <T>(route: string, file: Blob, query: Query = {}): Promise<T> => {
    const answer = await ask(path(route, query), { method: "POST", headers: BYTES, body: file });
    return (await answer.json()) as T;
  },
  remove: <T = void>(route: string) => send<T>("DELETE", path(route)),
};
