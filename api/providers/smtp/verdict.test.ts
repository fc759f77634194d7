import { describe, expect, test } from 'vitest'
import { parseReply } from './replies.ts'
import { verdict, type Stage } from './verdict.ts'

type Row = [at: Stage, reply: string, kind: string, reason?: RegExp]

const rows: Row[] = [
  ['dot', '250 2.0.0 Ok: queued as 4XyZ', 'accepted'],
  ['dot', '250 5.1.1 Ok', 'accepted'],
  ['dot', '250', 'accepted'],
  ['dot', '250-first\n250 second', 'accepted'],
  ['dot', '354 Go on', 'unknown'],

  ['greeting', '421 4.3.2 Too busy', 'throttled'],
  ['sender', '421 4.7.0 Too many connections', 'throttled'],
  ['dot', '421 4.4.2 Closing', 'throttled'],
  ['greeting', '450 4.7.1 Try again', 'tryLater'],
  ['greeting', '554 5.7.1 Go away', 'misconfigured'],
  ['hello', '550 5.7.1 You are not localhost', 'misconfigured'],

  ['tls', '454 4.7.0 TLS not available', 'tryLater', /TLS/],
  ['tls', '502 5.5.1 Unknown command', 'misconfigured'],
  ['auth', '454 4.7.0 Temporary authentication failure', 'tryLater'],
  ['auth', '535 5.7.8 Bad credentials', 'misconfigured', /credentials/],
  ['auth', '534 5.7.9 Application password required', 'misconfigured'],
  ['sender', '530 5.7.0 Must issue a STARTTLS command first', 'misconfigured', /TLS/],
  ['recipient', '530 5.7.1 Authentication required', 'misconfigured'],

  ['recipient', '450 4.2.0 Greylisted, see http://postgrey', 'tryLater', /come back later/],
  ['recipient', '451 4.7.1 Greylisting in action', 'tryLater', /come back later/],
  ['dot', '451 4.3.0 Local error', 'tryLater'],
  ['recipient', '452 4.2.2 Mailbox full', 'tryLater', /full/],
  ['recipient', '452 4.5.3 Too many recipients', 'tryLater'],
  ['recipient', '452 4.5.3 Daily sending limit reached', 'overQuota'],
  ['dot', '454 Throttling failure: Daily message quota exceeded.', 'overQuota'],
  ['dot', '454 Throttling failure: Maximum sending rate exceeded.', 'throttled'],
  ['dot', '450 4.7.28 Unusual rate of mail', 'throttled'],
  ['sender', '452 4.7.0 Slow down', 'throttled'],
  ['dot', '550 5.4.5 Daily user sending quota exceeded.', 'overQuota'],

  ['recipient', '550 5.1.1 No such user', 'rejected', /does not know/],
  ['recipient', '553 5.1.3 Bad address', 'rejected', /does not know/],
  ['recipient', '550 5.2.1 Mailbox disabled', 'rejected', /does not know/],
  ['recipient', '550 No such user', 'rejected'],
  ['recipient', '550 4.1.1 No such user', 'rejected'],
  ['recipient', '552 5.2.2 Mailbox full', 'rejected', /full/],
  ['sender', '552 5.3.4 Too big', 'rejected', /too big/],
  ['dot', '552 Message exceeds maximum size', 'rejected', /too big/],
  ['dot', '550 5.7.1 Refused by policy', 'rejected', /policy/],
  ['dot', '550 5.7.26 Unauthenticated sender (DMARC)', 'rejected', /policy/],
  ['recipient', '550 5.7.515 Access denied', 'rejected', /policy/],
  ['dot', '554 5.6.0 Bad content', 'rejected'],
  ['dot', '554 Message rejected: Email address is not verified.', 'misconfigured', /verified/],
  ['recipient', '554 5.7.1 Relay access denied', 'misconfigured', /relay/],
  ['sender', '553 5.7.1 Sender address rejected: not owned by user', 'misconfigured', /EMAIL_FROM/],
  ['sender', '550 5.1.8 Sender domain not found', 'misconfigured', /EMAIL_FROM/],
  ['recipient', '550 5.1.8 Sender domain not found', 'misconfigured', /EMAIL_FROM/],
  ['recipient', '503 5.5.1 Bad sequence', 'tryLater'],

  ['sender', '354 Go on', 'tryLater'],
  ['data', '250 Ok', 'tryLater'],
]

describe("a server's reply", () => {
  test.each(rows)('at %s: "%s" means %s', (at, text, kind, reason = /./) => {
    const reply = parseReply(text)

    const result = reply && verdict(at, reply, '<id@example>')

    expect(result?.kind).toBe(kind)
    expect(result && 'reason' in result ? result.reason : 'accepted').toMatch(reason)
  })

  test.each([
    ['550 5.1.1 No such user', true],
    ['550 5.7.1 Policy', undefined],
    ['552 5.2.2 Full', undefined],
    ['550 No such user', undefined],
  ])('"%s" makes the address one to suppress: %s', (text, badAddress) => {
    const reply = parseReply(text)

    expect(reply && verdict('recipient', reply, '')).toEqual(
      expect.objectContaining(badAddress ? { badAddress } : { kind: 'rejected' }),
    )
    expect(reply && 'badAddress' in verdict('recipient', reply, '')).toBe(badAddress ?? false)
  })

  test.each([
    ['250 2.0.0 Ok: queued as 4XyZ123', '4XyZ123'],
    ['250 OK id=1rABCD-0001XY-2Z', '1rABCD-0001XY-2Z'],
    ['250 2.0.0 3A1B2C3D4E Message accepted for delivery', '3A1B2C3D4E'],
    ['250 2.6.0 <abc@server> [InternalId=42] Queued mail for delivery', 'abc@server'],
    ['250 Ok 0100018c0a1b2c3d-0a1b2c3d-000000', '0100018c0a1b2c3d-0a1b2c3d-000000'],
    ['250 Ok', '<id@example>'],
  ])('"%s" names the mail %s', (text, providerMessageId) => {
    const reply = parseReply(text)

    expect(reply && verdict('dot', reply, '<id@example>')).toMatchObject({ kind: 'accepted', providerMessageId })
  })

  test('is kept, but not all of a long one', () => {
    const result = verdict('dot', { code: 554, enhanced: undefined, text: 'x'.repeat(10_000) }, '')

    expect(result.reply).toHaveLength(500)
  })
})
