// How a variable is named, found and written. Pure.
import type { CommandBody } from "@/api/commands";
import type { Component, ModelVariable } from "@/api/types";

export interface Place {
  instance?: string;
  evse?: { id: number; connectorId?: number };
}

/** `evse=1,connector=2` or an instance's own name, or both with a comma between, as the API writes them. */
export function placeOf(text: string): Place {
  const found = /(?:^|,)evse=(\d+)(?:,connector=(\d+))?$/.exec(text);
  const instance = found ? text.slice(0, found.index) : text;
  return {
    ...(instance ? { instance } : {}),
    ...(found
      ? { evse: { id: Number(found[1]), ...(found[2] ? { connectorId: Number(found[2]) } : {}) } }
      : {}),
  };
}

/** The command that writes one attribute: the plain one where it is enough, the protocol's own otherwise. */
export function writeOf(
  component: Pick<Component, "component" | "instance">,
  variable: Pick<ModelVariable, "name" | "instance">,
  attribute: string,
  value: string,
): CommandBody {
  if (!component.instance && !variable.instance && attribute === "Actual") {
    return {
      command: "write_variable",
      ...(component.component ? { component: component.component } : {}),
      name: variable.name,
      value,
    };
  }
  return {
    command: "set_variables",
    setVariableData: [
      {
        attributeValue: value,
        attributeType: attribute,
        component: { name: component.component, ...placeOf(component.instance) },
        variable: { name: variable.name, ...(variable.instance ? { instance: variable.instance } : {}) },
      },
    ],
  };
}

/** The command that asks for the same attribute again: an accepted write is not yet a value. */
export function readOf(
  component: Pick<Component, "component" | "instance">,
  variable: Pick<ModelVariable, "name" | "instance">,
  attribute: string,
): CommandBody {
  if (!component.instance && !variable.instance && attribute === "Actual") {
    const asked = { name: variable.name, ...(component.component ? { component: component.component } : {}) };
    return { command: "read_variables", variables: [asked] };
  }
  return {
    command: "get_variables",
    getVariableData: [
      {
        attributeType: attribute,
        component: { name: component.component, ...placeOf(component.instance) },
        variable: { name: variable.name, ...(variable.instance ? { instance: variable.instance } : {}) },
      },
    ],
  };
}

export const componentName = (each: Pick<Component, "component" | "instance">): string =>
  each.instance ? `${each.component} [${each.instance}]` : each.component;

export const variableName = (each: Pick<ModelVariable, "name" | "instance">): string =>
  each.instance ? `${each.name} [${each.instance}]` : each.name;

/** What is left of the model when only what holds a text is shown: by component, variable or value. */
export function matching(components: Component[], text: string): Component[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return components;
  const holds = (each: string | null) => each?.toLowerCase().includes(wanted) ?? false;
  return components.flatMap((component) => {
    if (holds(componentName(component))) return component;
    const variables = component.variables.filter(
      (each) => holds(variableName(each)) || each.attributes.some((attribute) => holds(attribute.value)),
    );
    return variables.length > 0 ? { ...component, variables } : [];
  });
}
