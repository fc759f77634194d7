import { expect, test } from 'vitest'
import type { SendResult } from '../domain/send-result.ts'
import { resendVerdict } from './resend-verdict.ts'
import { sesVerdict } from './ses-verdict.ts'
import { verdict, type Stage } from './smtp/verdict.ts'

// What each provider's answer means, as one table per provider: the whole of it, so that a change of one rule shows what else it moves.

/** The outcome classes that the product speaks of. */
const classes: Record<SendResult['kind'], string> = {
  accepted: 'accepted',
  rejected: 'recipient',
  split: 'recipient of a batch',
  misconfigured: 'configuration',
  throttled: 'throttled',
  overQuota: 'quota',
  tryLater: 'transient',
  unknown: 'ambiguous',
}

const stages: readonly Stage[] = ['greeting', 'auth', 'sender', 'recipient', 'data', 'dot']

/** `!`: the address is one to suppress; `?`: it may be the words of one guest's own server. */
const smtpTable = `
              greeting       auth           sender         recipient      data           dot
250           transient      transient      transient      transient      transient      accepted
354           transient      transient      transient      transient      transient      ambiguous
421 4.3.2     throttled      throttled      throttled      throttled      throttled      throttled
450 4.2.1     transient      transient      transient      transient      transient      transient
450 4.7.1     transient      transient      throttled      throttled      throttled      throttled
451 4.3.0     transient      transient      transient      transient      transient      transient
452 4.2.2     transient      transient      transient      transient      transient      transient
452 4.5.3     transient      transient      transient      transient      transient      transient
452 4.7.0     transient      transient      throttled      throttled      throttled      throttled
454 4.7.0     transient      transient      throttled      throttled      throttled      throttled
500 5.5.2     configuration  configuration  configuration  recipient      recipient      recipient
503 5.5.1     configuration  configuration  transient      transient      transient      transient
530 5.7.0     configuration  configuration  configuration  configuration? configuration? configuration?
535 5.7.8     configuration  configuration  configuration  configuration? configuration? configuration?
550           configuration  configuration  configuration  recipient      recipient      recipient
550 5.1.1     configuration  configuration  configuration  recipient!     recipient!     recipient!
550 5.1.8     configuration  configuration  configuration  configuration? configuration? configuration?
550 5.2.1     configuration  configuration  configuration  recipient!     recipient!     recipient!
550 5.7.1     configuration  configuration  configuration  recipient      recipient      recipient
550 5.7.26    configuration  configuration  configuration  recipient      recipient      recipient
551 5.1.6     configuration  configuration  configuration  recipient!     recipient!     recipient!
552 5.2.2     configuration  configuration  recipient      recipient      recipient      recipient
552 5.3.4     configuration  configuration  recipient      recipient      recipient      recipient
553 5.1.3     configuration  configuration  configuration  recipient!     recipient!     recipient!
554 5.6.0     configuration  configuration  configuration  recipient      recipient      recipient
554 5.7.1     configuration  configuration  configuration  recipient      recipient      recipient
599           configuration  configuration  configuration  recipient      recipient      recipient`

test('SMTP: code, enhanced code and stage', () => {
  const codes = smtpTable.trim().split('\n').slice(1)
  const row = (words: string) => {
    const [code = '', enhanced] = words.slice(0, 14).trim().split(' ')
    const reply = { code: Number(code), enhanced, text: enhanced ?? '' }
    const cells = stages.map((stage) => markedClass(verdict(stage, reply, '<id@example>')))
    return [words.slice(0, 14), ...cells.map((cell) => cell.padEnd(15))].join('').trimEnd()
  }

  expect(codes.map(row)).toEqual(codes)
})

function markedClass(result: SendResult): string {
  const mark = 'badAddress' in result && result.badAddress ? '!' : 'doubtful' in result && result.doubtful ? '?' : ''
  return classes[result.kind] + mark
}

/** Every error name of Resend's own library (6.22), with the status that it comes with, alone and in a batch. */
const resendTable = `
401 missing_api_key                 configuration  configuration
401 restricted_api_key              configuration  configuration
403 invalid_api_key                 configuration  configuration
403 invalid_access                  configuration  configuration
422 invalid_from_address            configuration  configuration
422 invalid_region                  configuration  configuration
451 security_error                  configuration  configuration
400 invalid_idempotency_key         configuration  configuration
404 not_found                       configuration  configuration
405 method_not_allowed              configuration  configuration
422 validation_error                recipient      recipient of a batch
422 missing_required_field          recipient      recipient of a batch
422 invalid_parameter               recipient      recipient of a batch
422 invalid_attachment              recipient      recipient of a batch
429 rate_limit_exceeded             throttled      throttled
429 daily_quota_exceeded            quota          quota
429 monthly_quota_exceeded          quota          quota
409 concurrent_idempotent_requests  ambiguous      ambiguous
409 invalid_idempotent_request      ambiguous      ambiguous
500 application_error               ambiguous      ambiguous
500 internal_server_error           ambiguous      ambiguous
400 something_new                   transient      transient
403 something_new                   configuration  configuration
422 something_new                   recipient      recipient of a batch
429 something_new                   throttled      throttled
502 something_new                   ambiguous      ambiguous
302 something_new                   configuration  configuration`

test('Resend: status and error name', () => {
  const rows = resendTable.trim().split('\n')
  const row = (words: string) => {
    const [status = '', name = ''] = words.split(/\s+/)
    const json = { name, message: 'No.' }
    const answer = { kind: 'answered' as const, status: Number(status), headers: new Headers(), text: '', json }
    const [alone, together] = [1, 2].map((mails) => classes[resendVerdict(answer, mails, 0)[0]!.kind])
    return `${status} ${name.padEnd(32)}${alone!.padEnd(15)}${together}`
  }

  expect(rows.map(row)).toEqual(rows)
})

/** The error names of SES's API and of its bulk call, with and without the library's "Exception". */
const sesTable = `
400 MessageRejected                          recipient
400 InvalidParameterValue                    recipient
400 MailFromDomainNotVerifiedException       configuration
400 MailFromDomainNotVerified                configuration
400 ConfigurationSetDoesNotExistException    configuration
400 ConfigurationSetSendingPausedException   configuration
400 AccountSendingPausedException            configuration
400 AccountSuspended                         configuration
400 InvalidSendingPoolName                   configuration
400 AccountThrottled                         throttled
400 Throttling                               throttled
400 ThrottlingException                      throttled
400 TooManyRequestsException                 throttled
400 AccountDailyQuotaExceeded                quota
403 SignatureDoesNotMatch                    configuration
403 InvalidClientTokenId                     configuration
403 AccessDeniedException                    configuration
400 ExpiredTokenException                    configuration
400 IncompleteSignature                      configuration
400 OptInRequired                            configuration
400 RequestExpired                           configuration
500 InternalFailure                          ambiguous
503 ServiceUnavailable                       ambiguous
400 SomethingNew                             transient
403 SomethingNew                             configuration
429 SomethingNew                             throttled
404 SomethingNew                             configuration
307 SomethingNew                             configuration
502 SomethingNew                             ambiguous`

test('SES: status and error name', () => {
  const rows = sesTable.trim().split('\n')
  const row = (words: string) => {
    const [status = '', name = ''] = words.split(/\s+/)
    const error = Object.assign(new Error('No.'), { name, $metadata: { httpStatusCode: Number(status) } })
    return `${status} ${name.padEnd(41)}${classes[sesVerdict(error).kind]}`
  }

  expect(rows.map(row)).toEqual(rows)
})
