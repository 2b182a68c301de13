// A screen that comes when it is asked for; not before somebody is signed in, who alone can see it.
import { lazyRouteComponent } from "@tanstack/react-router";

let open = false;

/** Somebody is signed in: screens may be fetched ahead from now on. */
export function openScreens(): void {
  open = true;
}

export const screen: typeof lazyRouteComponent = (load, name) => {
  const component = lazyRouteComponent(load, name);
  const { preload } = component;
  component.preload = async () => {
    if (open) await preload?.();
  };
  return component;
};
