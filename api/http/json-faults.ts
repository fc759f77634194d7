import type { FieldError } from './problem.ts'

/** The deepest body that a route takes has four levels. Whoever sends thirty-two tries what breaks. */
const jsonDepthMax = 32

/**
 * What JSON allows and no program means: the same name twice in one object, of which a parser keeps the last and says nothing, and
 * nesting without end. The text has been parsed before, so it is known to be JSON; here it is passed over once, text by text, and no
 * value is made of it (measured: 1 us for an event, as long as the parsing for much).
 */
export function faultIn(json: string): FieldError | undefined {
  const open: Level[] = []
  for (let at = 0; at < json.length; at++) {
    const sign = json[at]!
    const level = open.at(-1)
    if (sign === '"') {
      const end = endOfText(json, at)
      if (level?.awaitsName && !takeName(level, json.slice(at, end + 1))) return { field: pointerTo(open), ...twice }
      at = end
    } else if (sign === '{' || sign === '[') {
      if (open.length === jsonDepthMax) return { field: pointerTo(open.slice(0, 1)), ...tooDeep }
      open.push(sign === '{' ? { names: new Set(), here: '', awaitsName: true } : { here: 0, awaitsName: false })
    } else if (sign === '}' || sign === ']') {
      open.pop()
    } else if (sign === ',' && level) {
      if (typeof level.here === 'number') level.here++
      else level.awaitsName = true
    }
  }
  return undefined
}

const twice = { message: 'This field stands twice. Send it once.' }
const tooDeep = { message: `This is nested more than ${jsonDepthMax} levels deep.` }

/** An object or a list that has begun: its names so far, and at which name or place in it we are. */
type Level = { names?: Set<string>; here: string | number; awaitsName: boolean }

/** False when the object has this name already, however it was written: `\u0061` is an `a`. */
function takeName(level: Level, quoted: string): boolean {
  const name = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
  const isNew = !level.names!.has(name)
  level.names!.add(name)
  level.here = name
  level.awaitsName = false
  return isNew
}

/** Of a name; ours are shorter, and nobody has a stranger's half megabyte sent back. */
const nameShownMax = 60

/** @see RFC 6901 */
function pointerTo(open: readonly Level[]): string {
  const names = open.map(({ here }) => String(here).slice(0, nameShownMax).replaceAll('~', '~0').replaceAll('/', '~1'))
  return names.map((name) => `/${name}`).join('')
}

/** Where the text that begins here ends: at the next quotation mark with an even number of backslashes before it. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let slashes = 0
    while (json[end - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return end
  }
}
