import type { RefusalKind } from './refusal.ts'

/** A hundred thousand guests at 200 bytes each. The request body has the same bound. */
export const importBytesMax = 20_000_000
export const importRowsMax = 100_000

export const importTooLarge: RefusalKind = {
  key: 'importTooLarge',
  status: 413,
  type: 'import-too-large',
  title: 'The file is too large',
  detail: () =>
    `A file can have ${importBytesMax / 1_000_000} MB and ${importRowsMax.toLocaleString('en')} rows. Split it, and import the parts one after another.`,
}
