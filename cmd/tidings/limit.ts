import { textOf, type Call } from './command.ts'

const limitDefault = 50
/** More is for SQL; an operator reads a screen or two. */
const limitMax = 1000

/** What is said when `limitOf` finds none. */
export const limitProblem = `--limit must be a whole number from 1 to ${limitMax}.`

/** How many rows are asked for; undefined when it is no such number. */
export function limitOf(call: Call): number | undefined {
  const text = textOf(call, 'limit')
  if (text === undefined) return limitDefault
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  return limit >= 1 && limit <= limitMax ? limit : undefined
}
