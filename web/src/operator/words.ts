/** "4 s", "12 min", "3 h", "2 days": how long, at a glance. */
export function seconds(value: number): string {
  if (value < 90) return `${Math.round(value)} s`
  if (value < 90 * 60) return `${Math.round(value / 60)} min`
  return value < 48 * 3600 ? `${Math.round(value / 3600)} h` : `${Math.round(value / 86_400)} days`
}

export const milliseconds = (value: number | null) =>
  value === null ? '–' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`

export const count = (value: number) => value.toLocaleString('en')

/** "1 message", "3 messages". */
export const many = (value: number, one: string, more = `${one}s`) => `${count(value)} ${value === 1 ? one : more}`
