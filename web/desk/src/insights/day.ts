/** The search that shows what was written on a day: `after:` counts the day itself, `before:` the day that follows. */
export function dayQuery(day: string): string {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return `after:${day} before:${next.toISOString().slice(0, 10)}`;
}
