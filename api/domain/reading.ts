/**
 * What reading a person's input came to: the value, or one sentence that says what is wrong and what would be right.
 * The sentence is shown beside the field, so it never speaks of parsers.
 */
export type Reading<T> = { ok: true; value: T } | Unread

export type Unread = { ok: false; problem: string }

export function read<T>(value: T): Reading<T> {
  return { ok: true, value }
}

export function unread(problem: string): Unread {
  return { ok: false, problem }
}
