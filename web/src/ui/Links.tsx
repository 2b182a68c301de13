// Mantine's anchor and button as links of the router: real addresses, opened in a new tab as one expects.
import { Anchor, type AnchorProps, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import { type AnchorHTMLAttributes, forwardRef } from "react";

type A = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "style" | "color">;

export const RouteLink = createLink(
  forwardRef<HTMLAnchorElement, A & AnchorProps>(function RouteLink(props, ref) {
    return <Anchor ref={ref} inherit {...props} />;
  }),
);

export const RouteButton = createLink(
  forwardRef<HTMLAnchorElement, A & ButtonProps>(function RouteButton(props, ref) {
    return <Button component="a" ref={ref} {...props} />;
  }),
);
