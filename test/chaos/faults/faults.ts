import { databaseFaults } from './database.ts'
import type { Fault } from './fault.ts'
import { httpFaults } from './http.ts'
import { processFaults } from './processes.ts'
import { smtpLosses } from './smtp-losses.ts'
import { smtpReplies } from './smtp-replies.ts'
import { smtpTrust } from './smtp-trust.ts'

/** All of them, by number: the faults that the delivery engine has to meet. */
export const faults: readonly Fault[] = [
  ...[...smtpReplies, ...smtpLosses, ...smtpTrust, ...httpFaults, ...databaseFaults, ...processFaults],
].sort((a, b) => a.id - b.id)
