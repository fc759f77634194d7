import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readGuestCsv, writeGuestCsv, type GuestCells } from './guest-csv.ts'
import { guardCell, unguardCell } from './guest-csv/formula.ts'
import { rsvpStatuses } from './rsvp.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const blank = { name: null, email: null, phone: null, rsvpStatus: null, partySize: null, tags: [], household: null }

function readFile(file: string | Uint8Array) {
  const answer = readGuestCsv(typeof file === 'string' ? utf8(file) : file)
  if (answer.kind === 'refused') throw new Error(answer.refusal.detail)
  return answer
}

function whyNot(file: string | Uint8Array) {
  const answer = readGuestCsv(typeof file === 'string' ? utf8(file) : file)
  return answer.kind === 'refused' ? answer.refusal.detail : 'read'
}

const utf16 = (text: string, littleEndian: boolean) => {
  const view = new DataView(new ArrayBuffer(2 + text.length * 2))
  view.setUint16(0, 0xfeff, littleEndian)
  for (let i = 0; i < text.length; i++) view.setUint16(2 + i * 2, text.charCodeAt(i), littleEndian)
  return new Uint8Array(view.buffer)
}

test('a full list is read, line by line', () => {
  const file = readFile(
    'name,email,phone,rsvp_status,party_size,tags,household\n' +
      'Amina,Amina@Example.com,+49 30 901820,Attending,2,"family, table 4",Diallo\n' +
      'Ben,,,,,,\n',
  )

  expect(file).toEqual({
    kind: 'read',
    rows: [
      {
        line: 2,
        name: 'Amina',
        email: 'amina@example.com',
        phone: '+4930901820',
        rsvpStatus: 'attending',
        partySize: 2,
        tags: ['family', 'table 4'],
        household: 'Diallo',
      },
      { ...blank, line: 3, name: 'Ben' },
    ],
    rejected: [],
    notes: [],
  })
})

const renée = 'name,email\nRenée,r@example.com'
test.each<[string, string | Uint8Array]>([
  ['commas', renée],
  ['semicolons', 'name;email\nRenée;r@example.com'],
  ['tabs', 'name\temail\nRenée\tr@example.com'],
  ['quoted headers', '"name";"email"\n"Renée";"r@example.com"'],
  ['a byte order mark', `\ufeff${renée}`],
  ['Windows line ends', renée.replaceAll('\n', '\r\n')],
  ['old Mac line ends', renée.replaceAll('\n', '\r')],
  ['mixed line ends', 'name,email\r\nRenée,r@example.com\r\r\n\n'],
  ['empty lines before', `\n\n${renée}`],
  ['UTF-16, little end first', utf16(renée, true)],
  ['UTF-16, big end first', utf16(renée, false)],
  ['Windows-1252', Uint8Array.from(renée, (letter) => letter.charCodeAt(0))],
  ['other words for the columns', 'Full Name,E-Mail\nRenée,r@example.com'],
  ['capitals', 'NAME,EMAIL\nRenée,r@example.com'],
  ['columns the other way round', 'Email Address,Guest name\nr@example.com,Renée'],
  ['spaces', ' name , email \n Renée , r@example.com '],
  ['rows of blank cells', `${renée}\n,\n , \n`],
])('a list with %s is read', (_, file) => {
  const { rows, rejected } = readFile(file)

  expect(rows).toEqual([{ ...blank, line: expect.any(Number), name: 'Renée', email: 'r@example.com' }])
  expect(rejected).toEqual([])
})

test('a quoted cell keeps its delimiters and quotation marks', () => {
  const { rows } = readFile('name,email\n"Diallo, Amina ""Mina""",a@example.com\n5" Tom,t@example.com')

  expect(rows.map(({ name }) => name)).toEqual(['Diallo, Amina "Mina"', '5" Tom'])
})

test('each wrong row is told with its line and its reason, and the others are kept', () => {
  const { rows, rejected } = readFile(
    [
      'name,email,status,party size',
      'Amina,a@example.com,if it rains,',
      'Ben,b@localhost,,',
      '"Cleo\nDe",c@example.com,,',
      ',,,',
      ',,pending,',
      'Dan,d@example.com,,0',
      'Eve,e@example.com,,,extra',
      'Flo,f@,maybe not,99',
      'Gus,g@example.com',
    ].join('\n'),
  )

  expect(rows).toEqual([{ ...blank, line: 11, name: 'Gus', email: 'g@example.com' }])
  expect(rejected).toEqual([
    {
      line: 2,
      reason:
        '“if it rains” is not an answer we know. Write yes (attending, accepted, going), no (declined, not going), ' +
        'maybe (tentative) or pending (invited, no reply).',
    },
    { line: 3, reason: 'What stands after the @ is not a domain, such as example.com.' },
    { line: 4, reason: 'The name has a line break or a hidden character in it. Type it again.' },
    { line: 7, reason: 'This guest has no name and no e-mail address.' },
    { line: 8, reason: 'The party size must be a number from 1 to 50.' },
    { line: 9, reason: expect.stringContaining('more cells than the first one') },
    { line: 10, reason: expect.stringMatching(/not a domain.*“maybe not” is not an answer.*party size/) },
  ])
})

test.each([
  ['attending', ['attending', 'Yes', 'Y', 'ACCEPTED', ' Going ', 'coming', 'Confirmed']],
  ['declined', ['declined', 'No', 'n', 'Not going', 'NOT_GOING', 'not-attending', 'Can’t go', "Can't go"]],
  ['maybe', ['maybe', 'Tentative', 'Not sure']],
  ['pending', ['pending', 'Invited', 'No reply', 'no  response', 'needs-action']],
  [null, ['', '  ']],
])('%s may be written in many ways', (rsvpStatus, words) => {
  const { rows, rejected } = readFile(['name,answer', ...words.map((word) => `Amina,${word}`)].join('\n'))

  expect(rejected).toEqual([])
  expect(rows.map((row) => row.rsvpStatus)).toEqual(words.map(() => rsvpStatus))
})

test('columns that mean nothing to us are named', () => {
  expect(readFile('name,Shoe size,\nAmina,38,').notes).toEqual(['Not imported: “Shoe size”.'])
})

test.each<[string, string | Uint8Array, string]>([
  ['nothing', '', 'does not name the columns'],
  ['no header', 'Amina,a@example.com\nBen,b@example.com', 'does not name the columns'],
  ['a header without people', 'phone,tags\n1,2', 'must have name or email'],
  ['a column twice', 'name,email,E-Mail\nA,a@example.com,b@example.com', 'There are two columns for email'],
  ['too many columns', `name,${'x,'.repeat(10_000)}`, '100 columns at most'],
  ['a quotation mark that is never closed', 'name,email\n"Amina,a@example.com\nBen,b@example.com', 'never closed'],
  ['one enormous cell', `name,email\n${'A'.repeat(10_000_000)},a@example.com`, 'Line 2 is far too long'],
  ['a zip archive', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), 'This is an Excel or ZIP file'],
  ['a gzip archive', Uint8Array.of(0x1f, 0x8b, 8, 0), 'This is a compressed file'],
  ['an old spreadsheet', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1), 'This is an old Excel file'],
  ['a NUL', 'name,email\nAmi\0na,a@example.com', 'not a text file'],
  ['UTF-16 without its mark', utf16(renée, true).slice(2), 'not a text file'],
  ['half a letter of UTF-16', utf16(renée, true).slice(0, -1), 'not a text file'],
])('a file with %s is refused', (_, file, problem) => {
  expect(whyNot(file)).toContain(problem)
})

test('a file has a largest size, and a largest number of rows', () => {
  const row = 'A,\n'

  expect(readFile(`name,email\n${row.repeat(100_000)}`).rows).toHaveLength(100_000)
  expect(whyNot(`name,email\n${row.repeat(100_001)}`)).toContain('100,000 rows')
  expect(whyNot(new Uint8Array(20_000_001))).toContain('20 MB')
})

test.each([
  ['=HYPERLINK("http://evil.example","x")', `'=HYPERLINK("http://evil.example","x")`],
  ['+1+1', "'+1+1"],
  ['-1', "'-1"],
  ['@SUM(1)', "'@SUM(1)"],
  ['\t=1', "'\t=1"],
  [' =1', "' =1"],
  ['"=1', `'"=1`],
  ["'=1", "''=1"],
  ['＝1', "'＝1"],
  ["O'Brien", "O'Brien"],
  ["'Amina", "'Amina"],
  ['a=1', 'a=1'],
  ['', ''],
])('the cell %j is written as %j and read as itself', (cell, written) => {
  expect(guardCell(cell)).toBe(written)
  expect(unguardCell(written)).toBe(cell)
})

test('an export is a plain table that a spreadsheet cannot run', () => {
  const text = writeGuestCsv([
    { ...blank, name: '=1;+2', email: 'a@example.com', tags: ['x', 'y'], partySize: 2, rsvpStatus: 'maybe' },
  ])

  expect(text).toBe(
    '\ufeff"name","email","phone","rsvp_status","party_size","tags","household"\r\n' +
      `"'=1;+2","a@example.com","","maybe","2","x; y",""\r\n`,
  )
})

const word = fc
  .string({ unit: fc.constantFrom(...'aé =+-@\'"，.x😀'), minLength: 1, maxLength: 12 })
  .map((text) => text.trim().normalize('NFC'))
  .filter((text) => text !== '')
const anyGuest: fc.Arbitrary<GuestCells> = fc.record({
  name: word,
  email: fc.option(fc.integer({ min: 0, max: 999 }).map((n) => `-guest${n}@example.com`.slice(1))),
  phone: fc.constantFrom(null, '+4930901820', '030 901820'),
  rsvpStatus: fc.constantFrom(...rsvpStatuses),
  partySize: fc.integer({ min: 1, max: 50 }),
  tags: fc.uniqueArray(word, { maxLength: 3, selector: (tag) => tag.toLowerCase() }),
  household: fc.option(word),
})

test('what is exported is read back as it was', () => {
  fc.assert(
    fc.property(fc.array(anyGuest, { maxLength: 5 }), (guests) => {
      const { rows, rejected } = readFile(writeGuestCsv(guests))

      expect(rejected).toEqual([])
      expect(rows).toEqual(guests.map((guest, i) => ({ ...guest, line: i + 2 })))
    }),
    { numRuns: 300 },
  )
})

test('no bytes whatever make the reader throw', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom('', 'name,email\n', 'name;email\r\n'),
      (bytes, header) => {
        expect(readGuestCsv(Uint8Array.from([...utf8(header), ...bytes])).kind).toMatch(/read|refused/)
      },
    ),
    { numRuns: 1_000 },
  )
})
