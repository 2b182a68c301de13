// One pin that is dragged to its place, or moved by the arrow keys. The fields beside it say the same in numbers.
import { IconMapPinFilled } from "@tabler/icons-react";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { MapFrame } from "./MapFrame";
import classes from "./MapFrame.module.css";
import { place, project, unproject, type View } from "./mercator";

export interface Place {
  latitude: number;
  longitude: number;
}

/** Width of the view on opening, in degrees. */
const NEAR = 6;
const FAR = 50;
/** Part of the view that an arrow key moves the pin. */
const STEP = 0.01;
/** Millionths of a degree are kept. */
const kept = (value: number) => Math.round(value * 1e6) / 1e6;

export function PinMap({
  at,
  onMove,
  label,
}: {
  at: Place | null;
  onMove: (at: Place) => void;
  label: string;
}) {
  const { t } = useTranslation();
  const start = at ? project(at.longitude, at.latitude) : project(10, 51);
  const [view, setView] = useState<View>({ ...start, width: at ? NEAR : FAR });
  const dragging = useRef(false);

  const put = (x: number, y: number) => {
    const { latitude, longitude } = unproject({ x, y });
    onMove({ latitude: kept(latitude), longitude: kept(longitude) });
  };

  return (
    <MapFrame label={label} view={view} onView={setView} height={280}>
      {({ ratio }) => {
        const point = at ? project(at.longitude, at.latitude) : view;
        const on = place(point, view, ratio);
        const drag = (event: PointerEvent<HTMLButtonElement>) => {
          const box = event.currentTarget.parentElement?.getBoundingClientRect();
          if (!dragging.current || !box) return;
          const x = (event.clientX - box.left) / box.width - 0.5;
          const y = (event.clientY - box.top) / box.height - 0.5;
          put(view.x + x * view.width, view.y + y * view.width * ratio);
        };
        const key = (event: KeyboardEvent) => {
          const by = view.width * STEP;
          const moves: Record<string, [number, number]> = {
            ArrowLeft: [-by, 0],
            ArrowRight: [by, 0],
            ArrowUp: [0, -by],
            ArrowDown: [0, by],
          };
          const move = moves[event.key];
          if (!move) return;
          event.preventDefault();
          put(point.x + move[0], point.y + move[1]);
        };
        return (
          <button
            type="button"
            className={classes.marker}
            style={{ left: `${on.x * 100}%`, top: `${on.y * 100}%`, opacity: at ? 1 : 0.55 }}
            aria-label={t("map.pin")}
            title={t("map.pinHelp")}
            onKeyDown={key}
            onPointerDown={(event) => {
              dragging.current = true;
              event.currentTarget.setPointerCapture(event.pointerId);
            }}
            onPointerMove={drag}
            onPointerUp={() => {
              dragging.current = false;
            }}
          >
            <IconMapPinFilled size={34} aria-hidden />
          </button>
        );
      }}
    </MapFrame>
  );
}
