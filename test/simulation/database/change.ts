/** A committed change of one row, as the witness told it. */
export type Change = {
  /** Rises from change to change. */
  change: number
  /** The process whose statement it was. */
  by: string
  table: string
  was: Row | null
  is: Row | null
}

/** A row with its columns in camel case; instants are text as PostgreSQL's JSON writes them. */
export type Row = Readonly<Record<string, unknown>>

export function readChange(payload: string): Change {
  const { was, is, ...rest } = JSON.parse(payload) as Change
  return { ...rest, was: was && camelCased(was), is: is && camelCased(is) }
}

const names = new Map<string, string>()

function camelCased(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [nameOf(name), value]))
}

function nameOf(column: string): string {
  let name = names.get(column)
  if (!name) names.set(column, (name = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())))
  return name
}
