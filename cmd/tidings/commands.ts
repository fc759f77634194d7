import type { Command } from './command.ts'
import { backfill } from './commands/backfill.ts'
import { bounce } from './commands/bounce.ts'
import { cancel } from './commands/cancel.ts'
import { deliveries } from './commands/deliveries.ts'
import { hold } from './commands/hold.ts'
import { inspect } from './commands/inspect.ts'
import { messages } from './commands/messages.ts'
import { pause } from './commands/pause.ts'
import { recount } from './commands/recount.ts'
import { release } from './commands/release.ts'
import { repin } from './commands/repin.ts'
import { replay } from './commands/replay.ts'
import { resolve } from './commands/resolve.ts'
import { resume } from './commands/resume.ts'
import { retry } from './commands/retry.ts'
import { status } from './commands/status.ts'
import { suppressions } from './commands/suppressions.ts'

/** Looking first, then the switch for everything, then single messages. A new command is a line here. */
export const commands: readonly Command[] = [
  ...[status, messages, inspect, deliveries],
  ...[hold, release],
  ...[retry, resolve, pause, resume, cancel, repin, recount],
  suppressions,
  backfill,
  bounce,
  replay,
]
