// A map one can move and come closer to, by pointer, wheel and keyboard. What is on it is laid over it as plain elements.
import { ActionIcon, Group } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./MapFrame.module.css";
import { type Point, type View, zoomed } from "./mercator";
import { loadOutlines } from "./outlines";

interface MapFrameProps {
  label: string;
  view: View;
  onView: (view: View) => void;
  height: number;
  /** Draws what lies over the map; `ratio` is height by width, `width` in pixels. */
  children: (frame: { ratio: number; width: number }) => ReactNode;
}

const STEP = 0.15;
const CLOSER = 0.6;

/** Lines of longitude and latitude that suit the view. */
function graticule({ x, y, width }: View, ratio: number): string {
  const step = [30, 10, 5, 1, 0.5, 0.1, 0.05, 0.01, 0.005].find((each) => width / each > 3) ?? 0.002;
  const height = width * ratio;
  const [left, right, top, bottom] = [x - width / 2, x + width / 2, y - height / 2, y + height / 2];
  let path = "";
  for (let at = Math.ceil(left / step) * step; at <= right; at += step) path += `M${at} ${top}V${bottom}`;
  for (let at = Math.ceil(top / step) * step; at <= bottom; at += step) path += `M${left} ${at}H${right}`;
  return path;
}

export function MapFrame({ label, view, onView, height, children }: MapFrameProps) {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const ref = useMergedRef(frame, measured);
  const { data } = useQuery({
    queryKey: ["map-outlines"],
    queryFn: loadOutlines,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const ratio = width > 0 ? height / width : 0.5;
  const drag = useRef<{ at: Point; view: View } | null>(null);
  const latest = useRef({ view, ratio, onView });
  latest.current = { view, ratio, onView };

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    // Not through the library: only a listener that is not passive may keep the page from scrolling.
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement?.closest("[data-map]") !== element)
        return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const at = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
      const now = latest.current;
      now.onView(zoomed(now.view, event.deltaY > 0 ? 1 / 0.8 : 0.8, now.ratio, at));
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, []);

  const down = (event: PointerEvent<HTMLDivElement>) => {
    if ((event.target as Element).closest("button, a")) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { at: { x: event.clientX, y: event.clientY }, view };
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (!drag.current || width === 0) return;
    const { at, view: from } = drag.current;
    const scale = from.width / width;
    onView({
      ...from,
      x: from.x - (event.clientX - at.x) * scale,
      y: from.y - (event.clientY - at.y) * scale,
    });
  };
  const key = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const moved: Record<string, Point> = {
      ArrowLeft: { x: -STEP, y: 0 },
      ArrowRight: { x: STEP, y: 0 },
      ArrowUp: { x: 0, y: -STEP },
      ArrowDown: { x: 0, y: STEP },
    };
    const by = moved[event.key];
    if (by) onView({ ...view, x: view.x + by.x * view.width, y: view.y + by.y * view.width * ratio });
    else if (event.key === "+") onView(zoomed(view, CLOSER, ratio));
    else if (event.key === "-") onView(zoomed(view, 1 / CLOSER, ratio));
    else return;
    event.preventDefault();
  };

  const shown = view.width * ratio;
  return (
    <div
      ref={ref}
      data-map
      className={classes.frame}
      style={{ height }}
      role="application"
      aria-label={label}
      aria-busy={!data}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrows move the map
      tabIndex={0}
      onKeyDown={key}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={() => {
        drag.current = null;
      }}
    >
      <svg
        className={classes.picture}
        viewBox={`${view.x - view.width / 2} ${view.y - shown / 2} ${view.width} ${shown}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {data && <path className={classes.land} d={data.land} />}
        {data && <path className={classes.border} d={data.borders} />}
        <path className={classes.grid} d={graticule(view, ratio)} />
      </svg>
      {width > 0 && children({ ratio, width })}
      <Group gap={4} className={classes.zoom}>
        <ActionIcon
          variant="default"
          aria-label={t("map.closer")}
          onClick={() => onView(zoomed(view, CLOSER, ratio))}
        >
          <IconPlus size={16} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label={t("map.farther")}
          onClick={() => onView(zoomed(view, 1 / CLOSER, ratio))}
        >
          <IconMinus size={16} />
        </ActionIcon>
      </Group>
    </div>
  );
}
