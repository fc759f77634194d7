import type { Deps } from '../../../api/http/deps.ts'
import type { Mirror } from '../oracle/mirror.ts'
import type { Host } from '../party/party.ts'
import type { Random } from '../time/random.ts'

/** What an act of a host works with. Everything that it knows of the rows it knows from the mirror, as a host does from the screen. */
export type Desk = {
  deps: Deps
  host: Host
  mirror: Mirror
  random: Random
  /** Mails that the provider has accepted so far, by their tags, and the name that it gave to each. */
  taken: readonly { tag: string; id: string }[]
}
