// A text as a QR code, drawn here: nothing leaves the page.
import { useMemo } from "react";
import { encode } from "uqr";

interface QrCodeProps {
  text: string;
  /** What it is, for those who do not see it. */
  label: string;
  size?: number;
}

export function QrCode({ text, label, size = 160 }: QrCodeProps) {
  const { data, size: count } = useMemo(() => encode(text, { border: 2 }), [text]);
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${count} ${count}`}
      width={size}
      height={size}
      shapeRendering="crispEdges"
      style={{ background: "#fff", borderRadius: 4, flex: "none" }}
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
