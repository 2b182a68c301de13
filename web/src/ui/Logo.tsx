// The mark: a roof and a bolt.
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" style={{ flex: "none" }}>
      <rect width="32" height="32" rx="7" fill="#0d6476" />
      <path
        d="M6 13 16 7l10 6"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path d="m17.4 13.2-5 7h3.6l-1.4 5.6 5.2-7.2h-3.6z" fill="#8ff0c4" />
    </svg>
  );
}
