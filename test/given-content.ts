import { compileMessage } from '../api/content/compile.ts'
import type { Delivery } from '../api/content/mail.ts'
import { createLinkSigner } from '../api/content/tokens.ts'
import type { FrozenContent } from '../api/domain/content.ts'

export const signer = createLinkSigner({ secretKey: 'a secret of at least thirty-two characters' })

/** A dinner in New York, frozen on the day before. */
export function givenContent(changes: Partial<FrozenContent> = {}): FrozenContent {
  return {
    layoutVersion: 1,
    kind: 'broadcast',
    subject: 'Tomorrow: {{event_name}}',
    body: 'Hello {{guest_name|there}},\n\nsee you tomorrow. [Your answer]({{rsvp_link}})',
    event: {
      id: '0198c5a2-7a10-7cc3-9b1f-00000000e0e0',
      name: 'The Long Table',
      localStart: '2027-03-14T18:00',
      localEnd: '2027-03-14T22:00',
      timezone: 'America/New_York',
      startsAt: '2027-03-14T22:00:00Z',
      endsAt: '2027-03-15T02:00:00Z',
      venue: 'Red Hook Boathouse, 146 Beard Street, Brooklyn',
      branding: { color: '#1f5a46' },
    },
    host: { name: 'Maren Holt', email: 'maren@example.com' },
    from: { name: 'Maren Holt', address: 'events@tidings.example' },
    publicUrl: 'https://tidings.example',
    firedAt: '2027-03-13T14:00:00Z',
    ...changes,
  }
}

/** Amina's delivery. */
export function givenDelivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    messageId: '0198c5a2-7a10-7cc3-9b1f-00000000aaaa',
    seq: 7,
    generation: 0,
    guestId: '0198c5a2-7a10-7cc3-9b1f-0000000000a1',
    address: 'amina@example.com',
    variables: { name: 'Amina', linkVersion: 1 },
    ...changes,
  }
}

export async function givenMail(content: Partial<FrozenContent> = {}, delivery: Partial<Delivery> = {}) {
  return (await compileMessage(givenContent(content), { signer })).mailFor(givenDelivery(delivery))
}

/** What people and attackers type as names. */
export const hostileNames: readonly string[] = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  '{{7*7}}',
  '${7*7}',
  '<%= 7*7 %>',
  "{{constructor.constructor('return process')()}}",
  '{{env "HOME"}}',
  '{{guest_name}} {{rsvp_link}}',
  '%s%n%x',
  "'; DROP TABLE guests;--",
  'a\u0000b',
  'a\uD800b',
  '\u202Egpj.exe',
  '\u200D',
  `e${'\u0301'.repeat(256)}`,
  '👩‍👩‍👧‍👦'.repeat(100),
  'A'.repeat(1_000_000),
  ' \t ',
  '  Ana  ',
  'null',
  '__proto__',
  'constructor',
  '\u001B[2J',
  'Ana\r\nBcc: evil@example.net',
  '\n\n<html>',
  'Ana\u2028Bcc: evil@example.net',
  'İıIi ß SS é e\u0301',
  'محمد 123 שלום',
  "O'Brien & Sons <VIP>",
  'PayPal <service@paypal.com>',
  'back\\slash and "quotes"',
  '=?utf-8?q?evil?=',
  '=?utf-8?b?ZXZpbA==?=',
  '**bold** [x](javascript:alert(1)) <img>',
  '# heading\n- list',
  '`code` _it_ ~~x~~ &amp; &#60;',
  'https://evil.example/?a=b&c=d',
  '\uE000\uE002\uE100\uE101\uF8FF',
  '.',
  '..',
  'From me',
  '--',
  '--=_a_0198c5a2-7a10-7cc3-9b1f-00000000aaaa_7_0--',
  '=3D=20=',
  '$& $1 $` $$',
]
