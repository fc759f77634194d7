import type { FrozenEvent } from '../domain/content.ts'

export type PlaceholderContext = {
  readonly event: FrozenEvent
  readonly guest: { readonly name?: string }
  readonly links: { readonly rsvp: string }
}

/**
 * A word that hosts write between double braces and that becomes something else in the mail. A new one is one file like
 * those in `placeholders/` and a line in `placeholders.ts`.
 */
export interface Placeholder {
  /** What stands between the braces. */
  readonly token: string
  /** What the composer shows instead. */
  readonly label: string
  readonly example: string
  /** A link may be the whole target of a Markdown link, and becomes clickable where it stands alone. */
  readonly kind: 'text' | 'link'
  /** False when every mail of a message has the same value: it is then filled in once, when the message is compiled. */
  readonly perGuest: boolean
  /** Stands there when the value is missing and the host gave no word of their own. */
  readonly fallback: string
  /** Plain text. It is escaped for where it stands and never read as Markdown or as a template again. */
  value(context: PlaceholderContext): string | undefined
}
