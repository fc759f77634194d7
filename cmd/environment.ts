import { ConfigurationError } from '../api/providers/provider.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** One variable: how it is read, what it looks like, and what to do when it does not. */
export type Variable<T> = {
  /** The value, or undefined when the text is not of this shape. */
  read: (text: string) => T | undefined
  shape: string
  /** What to do. It may name what is wrong in the text, where that is no secret. */
  fix: string | ((text: string) => string)
  /** Used when the variable is missing or empty; without it the variable is needed. */
  fallback?: T
}

type Values<V> = { [K in keyof V]: V[K] extends Variable<infer T> ? T : never }

/**
 * Reads all variables of a process before it does anything.
 * @throws ConfigurationError with one line per mistake: the variable, its shape, and the fix. Values are never repeated, for some
 * are secret.
 */
export function readEnvironment<V extends Record<string, Variable<unknown>>>(
  env: Environment,
  variables: V,
): Values<V> {
  const mistakes: string[] = []
  const fixOf = ({ fix }: Variable<unknown>, text: string) => (typeof fix === 'string' ? fix : fix(text))
  const values = Object.entries(variables).map(([name, variable]) => {
    const text = env[name]?.trim() ?? ''
    const value = text === '' ? variable.fallback : variable.read(text)
    const isMissing = text === '' && !('fallback' in variable)
    if (isMissing || (text !== '' && value === undefined)) {
      mistakes.push(`${name} must be ${variable.shape}${isMissing ? ', and is missing' : ''}. ${fixOf(variable, text)}`)
    }
    return [name, value]
  })
  if (mistakes.length > 0) throw new ConfigurationError(mistakes.join('\n'))
  return Object.fromEntries(values) as Values<V>
}

export function wholeNumber(about: { min: number; max: number; fallback: number; fix: string }): Variable<number> {
  const { min, max, fallback, fix } = about
  const read = (text: string) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    return number >= min && number <= max ? number : undefined
  }
  return { read, shape: `a whole number from ${min} to ${max}`, fallback, fix }
}

const flagWords: Record<string, boolean | undefined> = { true: true, '1': true, false: false, '0': false }

export function flag(about: { fallback: boolean; fix: string }): Variable<boolean> {
  return { read: (text) => flagWords[text.toLowerCase()], shape: 'true or false', ...about }
}

export function oneWordOf<const W extends readonly string[]>(
  words: W,
  about: { fallback: W[number]; fix: string },
): Variable<W[number]> {
  return { read: (text) => words.find((word) => word === text), shape: `one of ${words.join(', ')}`, ...about }
}

/** Words with commas between them; `each` may refuse one with undefined. */
export function listOf<T>(about: {
  each: (word: string) => T | undefined
  shape: string
  fix: string
}): Variable<readonly T[]> {
  const read = (text: string) => {
    const words = text.split(',').map((word) => word.trim())
    const items = words.filter(Boolean).map(about.each)
    return items.includes(undefined) ? undefined : items.filter((item) => item !== undefined)
  }
  return { read, shape: about.shape, fix: about.fix, fallback: [] }
}
