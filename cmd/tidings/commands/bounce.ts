import { mailBytesMax, readReportMail } from '../../../api/providers/smtp/read-report.ts'
import { readReturnPaths } from '../../../api/providers/smtp/return-path.ts'
import { announceFeedback, storeFeedback } from '../../../api/storage/inbox.ts'
import type { Command } from '../command.ts'

/** EX_TEMPFAIL of sysexits.h: the mail server keeps the mail, and brings it again. */
const comeAgain = 75

export const bounce: Command = {
  name: 'bounce',
  about: 'Keep what a mail to the bounce address reports; it comes on standard input.',
  usage: '< mail',
  words: [],
  options: {},
  examples: ['bounce < mail.eml'],
  writes: true,
  failureCode: comeAgain,

  async run({ db, env, input, now }) {
    const reading = readReportMail(await input(mailBytesMax), { paths: readReturnPaths(env), now })
    // A mail that says nothing is done with, too: a mail server would answer a refusal with one more mail.
    const reports = reading.kind === 'reports' ? reading.reports : []
    const stored = (await storeFeedback(db, reports)).length
    if (stored > 0) await announceFeedback(db)
    const duplicates = reports.length - stored
    const foreign = reports.length === 0 ? 1 : 0
    const line = foreign
      ? 'It reports nothing of a mail of ours.'
      : `New reports: ${stored}. Known before: ${duplicates}.`
    return { kind: 'done', data: { stored, duplicates, foreign }, lines: [line] }
  },
}
