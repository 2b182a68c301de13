// The part of JSON Schema that OCPP's messages use, and what a form needs of it: where a value begins, what is missing.
// Pure. The server's schemas hold no references.

export interface Schema {
  type?: "string" | "integer" | "number" | "boolean" | "object" | "array";
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: string[];
  format?: string;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
}

export type Members = Record<string, unknown>;

export const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What stands in a form before anything is entered: only what has to be there. */
export function startOf(schema: Schema): unknown {
  if (schema.type === "object") {
    const required = schema.required ?? [];
    return Object.fromEntries(
      required.flatMap((name) => {
        const start = startOf(schema.properties?.[name] ?? {});
        return start === undefined ? [] : [[name, start]];
      }),
    );
  }
  if (schema.type === "array")
    return Array.from({ length: schema.minItems ?? 0 }, () => startOf(schema.items ?? {}));
  // A choice with one word is no choice.
  return schema.enum?.length === 1 ? schema.enum[0] : undefined;
}

/** Members in the order of reading: what is needed first. */
export function membersOf(schema: Schema): [string, Schema, boolean][] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {})
    .map(([name, each]): [string, Schema, boolean] => [name, each, required.has(name)])
    .sort((a, b) => Number(b[2]) - Number(a[2]));
}

/** Paths of what must be there and is not. */
export function missing(schema: Schema, value: unknown, path = ""): string[] {
  if (schema.type === "object") {
    if (!isObject(value)) return [path || "/"];
    return membersOf(schema).flatMap(([name, each, required]) => {
      const at = `${path}/${name}`;
      if (value[name] === undefined) return required ? [at] : [];
      return missing(each, value[name], at);
    });
  }
  if (schema.type === "array") {
    if (!Array.isArray(value)) return [path];
    const short = value.length < (schema.minItems ?? 0) ? [path] : [];
    return [
      ...short,
      ...value.flatMap((each, index) => missing(schema.items ?? {}, each, `${path}/${index}`)),
    ];
  }
  return value === undefined || value === "" ? [path] : [];
}

/** An object with one member changed, or without it. */
export function withMember(members: Members, name: string, value: unknown): Members {
  const { [name]: _, ...rest } = members;
  return value === undefined ? rest : { ...members, [name]: value };
}

/** Limits of a field in the notation of the standard, for the line below its name. */
export function limitsOf(schema: Schema): string {
  const parts: string[] = [schema.format ?? schema.type ?? "any"];
  if (schema.maxLength !== undefined) parts.push(`≤ ${schema.maxLength}`);
  if (schema.minimum !== undefined) parts.push(`≥ ${schema.minimum}`);
  if (schema.maximum !== undefined) parts.push(`≤ ${schema.maximum}`);
  if (schema.type === "array") parts.push(`${schema.minItems ?? 0}–${schema.maxItems ?? "∞"}`);
  return parts.join(" ");
}
