import { oneRow } from './i01-one-row.ts'
import { once } from './i02-once.ts'
import { consent } from './i03-consent.ts'
import { stopped } from './i04-stopped.ts'
import { ends } from './i05-ends.ts'
import { addsUp } from './i06-adds-up.ts'
import { pace } from './i07-pace.ts'
import { fenced } from './i08-fenced.ts'
import { apart } from './i09-apart.ts'
import { envelope } from './i10-envelope.ts'
import { reminders } from './i11-reminders.ts'
import { forward } from './i12-forward.ts'
import { kept } from './i13-kept.ts'
import { discreet } from './i14-discreet.ts'
import { oneClock } from './i15-one-clock.ts'
import { notFlooded } from './i16-not-flooded.ts'
import type { Invariant } from './invariant.ts'

/** What must be true in every run, whatever goes wrong. */
export const invariants: readonly Invariant[] = [
  oneRow,
  once,
  consent,
  stopped,
  ends,
  addsUp,
  pace,
  fenced,
  apart,
  envelope,
  reminders,
  forward,
  kept,
  discreet,
  oneClock,
  notFlooded,
]
