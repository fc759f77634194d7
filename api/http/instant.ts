/** An instant as JSON tells it: RFC 3339 in UTC, or null where nothing has happened. */
export function instant(at: Date | null): string | null {
  return at?.toISOString() ?? null
}
