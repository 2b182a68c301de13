export const files = import.meta.glob<{ default: Record<string, unknown> }>("./*.json", { eager: true });
