// The parts of an OpenAPI 3.1 document that the reference shows. Reading only; references are followed within the document.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  additionalProperties?: boolean | Schema;
  default?: unknown;
  example?: unknown;
  nullable?: boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

export interface Body {
  description?: string;
  required?: boolean;
  content?: Record<string, { schema?: Schema }>;
}

export interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: Body;
  responses?: Record<string, Body>;
  deprecated?: boolean;
}

export interface Document {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  tags?: { name: string; description?: string }[];
  components?: { schemas?: Record<string, Schema> };
}

export interface Entry {
  id: string;
  method: string;
  path: string;
  operation: Operation;
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Operations by tag, tags in the document's order, the untagged last. */
export function byTag(document: Document): { tag: string; description?: string; entries: Entry[] }[] {
  const groups = new Map<string, { tag: string; description?: string; entries: Entry[] }>();
  for (const { name, description } of document.tags ?? [])
    groups.set(name, { tag: name, description, entries: [] });
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      const tag = operation.tags?.[0] ?? "";
      const group = groups.get(tag) ?? { tag, entries: [] };
      groups.set(tag, group);
      group.entries.push({ id: operation.operationId ?? `${method}-${path}`, method, path, operation });
    }
  }
  const filled = [...groups.values()].filter((group) => group.entries.length > 0);
  return [...filled.filter((group) => group.tag), ...filled.filter((group) => !group.tag)];
}

/** The schema itself where another is named; unknown names stay as they are. */
export function resolve(document: Document, schema: Schema): { schema: Schema; name?: string } {
  const name = schema.$ref?.match(/^#\/components\/schemas\/(.+)$/)?.[1];
  const found = name ? document.components?.schemas?.[name] : undefined;
  return found ? { schema: found, name } : { schema, name };
}

const joined = (parts: (string | undefined)[]): string => [...new Set(parts.filter(Boolean))].join(" | ");

/** A schema's type in a few words. */
export function typeOf(document: Document, schema: Schema): string {
  if (schema.$ref) return schema.$ref.split("/").pop() ?? "object";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return joined(schema.enum.map((each) => JSON.stringify(each)));
  const several = schema.oneOf ?? schema.anyOf;
  if (several) return joined(several.map((each) => typeOf(document, each)));
  if (schema.allOf) return schema.allOf.map((each) => typeOf(document, each)).join(" & ");
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? "any"];
  return joined(
    types.map((type) => {
      if (type === "array") return `${typeOf(document, schema.items ?? {})}[]`;
      return schema.format && type !== "null" ? `${type} (${schema.format})` : type;
    }),
  );
}

/** Members of an object, those of `allOf` together. */
export function members(document: Document, schema: Schema): [string, Schema, boolean][] {
  const { schema: own } = resolve(document, schema);
  const inherited = (own.allOf ?? []).flatMap((each) => members(document, each));
  const needed = new Set(own.required ?? []);
  return [
    ...inherited,
    ...Object.entries(own.properties ?? {}).map(([name, each]): [string, Schema, boolean] => [
      name,
      each,
      needed.has(name),
    ]),
  ];
}
