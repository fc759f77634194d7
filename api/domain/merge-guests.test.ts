import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GuestRow } from './guest-csv.ts'
import { readGuestCsv, writeGuestCsv } from './guest-csv.ts'
import { planImport, type ExistingGuest, type ImportPlan } from './merge-guests.ts'

const blank = { name: null, email: null, phone: null, rsvpStatus: null, partySize: null, tags: [], household: null }

/** Rows as they would stand in a file, from line 2 on. */
function rows(...cells: Partial<GuestRow>[]): GuestRow[] {
  return cells.map((row, i) => Object.assign({}, blank, { line: i + 2 }, row))
}

function guest(id: string, cells: Partial<ExistingGuest>): ExistingGuest {
  const untold = { name: null, email: null, phone: null, tags: [], household: null, respondedAt: null }
  return { ...untold, id, rsvpStatus: 'pending', partySize: 1, ...cells }
}

const at = new Date('2027-03-01T12:00Z')
const amina = guest('amina', { name: 'Amina', email: 'a@example.com', phone: '+4930901820', tags: ['family'] })

test('a new guest without an answer is pending and comes alone', () => {
  const plan = planImport(
    rows({ name: 'Amina', email: 'a@example.com' }, { name: 'Ben', rsvpStatus: 'maybe', partySize: 3 }),
    [],
  )

  expect(plan.created).toEqual([
    { ...blank, line: 2, name: 'Amina', email: 'a@example.com', rsvpStatus: 'pending', partySize: 1 },
    { ...blank, line: 3, name: 'Ben', rsvpStatus: 'maybe', partySize: 3 },
  ])
})

test('a blank cell never erases', () => {
  const plan = planImport(rows({ email: 'a@example.com' }), [amina])

  expect(plan).toMatchObject({ created: [], updated: [], unchanged: 1 })
})

test('a guest is known by the address, and only what differs is changed', () => {
  const plan = planImport(rows({ name: 'Amina Diallo', email: 'a@example.com', tags: ['Family', 'table 4'] }), [amina])

  expect(plan.updated).toEqual([
    { guestId: 'amina', line: 2, change: { name: 'Amina Diallo', tags: ['family', 'table 4'] } },
  ])
})

test('an answer that a guest gave is not overwritten, one that a host wrote is', () => {
  const row = rows({ email: 'a@example.com', rsvpStatus: 'declined', partySize: 4 })

  expect(planImport(row, [{ ...amina, rsvpStatus: 'attending', respondedAt: at }])).toMatchObject({
    updated: [],
    unchanged: 1,
  })
  expect(planImport(row, [amina]).updated).toEqual([
    { guestId: 'amina', line: 2, change: { rsvpStatus: 'declined', partySize: 4 } },
  ])
})

test('two rows of one address are one guest, and the first of two different words counts', () => {
  const plan = planImport(
    rows(
      { name: 'Amina', email: 'a@example.com' },
      { name: 'Mina', email: 'a@example.com', phone: '112', tags: ['x'] },
    ),
    [],
  )

  expect(plan.created).toMatchObject([{ line: 2, name: 'Amina', phone: '112', tags: ['x'] }])
  expect(plan.notes).toEqual([
    'Line 3 is the same guest as line 2 and was merged. If they are two people with one address, write the same household in both lines.',
  ])
})

test('a row that comes twice under one name is merged without a word about households', () => {
  const twice = rows({ name: 'Amina', email: 'a@example.com' }, { name: 'Amina', email: 'a@example.com' })

  expect(planImport(twice, []).notes).toEqual(['Line 3 is the same guest as line 2 and was merged.'])
})

test('two rows of one address that name the same household are two guests', () => {
  const family = rows(
    { name: 'Amina', email: 'a@example.com', household: 'Diallo' },
    { name: 'Ben', email: 'a@example.com', household: 'Diallo' },
  )

  expect(planImport(family, []).created.map(({ name }) => name)).toEqual(['Amina', 'Ben'])
})

test.each<[string, Partial<GuestRow>[], string[], number]>([
  ['only one names a household', [{ name: 'Amina', household: 'Diallo' }, { name: 'Ben' }], ['Amina'], 0],
  [
    'they name two households',
    [
      { name: 'Amina', household: 'Diallo' },
      { name: 'Ben', household: 'Sow' },
    ],
    ['Amina'],
    0,
  ],
  [
    'a third of them could mean either',
    [{ name: 'Amina', household: 'Diallo' }, { name: 'Ben', household: 'Diallo' }, { name: 'Cleo' }],
    ['Amina', 'Ben'],
    1,
  ],
])('rows of one address, when %s', (_, cells, names, rejected) => {
  const plan = planImport(rows(...cells.map((row) => Object.assign({ email: 'a@example.com' }, row))), [])

  expect(plan.created.map(({ name }) => name)).toEqual(names)
  expect(plan.rejected).toHaveLength(rejected)
})

test('members of a household are known by name, whatever the order of the file', () => {
  const home = { email: 'a@example.com', household: 'Diallo' }
  const family = [guest('amina', { ...home, name: 'Amina' }), guest('ben', { ...home, name: 'Ben' })]

  const plan = planImport(
    rows({ ...home, name: 'Ben', phone: '112' }, { ...home, name: 'Amina' }, { ...home, name: 'Cleo' }),
    family,
  )

  expect(plan.updated).toEqual([{ guestId: 'ben', line: 2, change: { phone: '112' } }])
  expect(plan.unchanged).toBe(1)
  expect(plan.created.map(({ name }) => name)).toEqual(['Cleo'])
})

test('who is there already stays who they are when a household is filled in', () => {
  const home = { email: 'a@example.com', household: 'Diallo' }

  const plan = planImport(rows({ ...home, name: 'Ben' }, { ...home, name: 'Amina' }), [amina])

  expect(plan.updated).toEqual([{ guestId: 'amina', line: 3, change: { household: 'Diallo' } }])
  expect(plan.created.map(({ name }) => name)).toEqual(['Ben'])
})

test('without an address a guest is known by the name, and a namesake with an address is somebody else', () => {
  const plan = planImport(rows({ name: 'Ben' }, { name: 'Amina' }), [guest('ben', { name: 'Ben' }), amina])

  expect(plan.unchanged).toBe(1)
  expect(plan.created.map(({ name }) => name)).toEqual(['Amina'])
})

test('more tags than a guest can have are refused, not cut', () => {
  const many = (prefix: string) => Array.from({ length: 15 }, (_, i) => `${prefix}${i}`)

  const plan = planImport(rows({ email: 'a@example.com', tags: many('x') }), [{ ...amina, tags: many('y') }])

  expect(plan.rejected).toEqual([{ line: 2, reason: 'This guest would have more than 20 tags.' }])
})

test('names such as __proto__ are only names', () => {
  const odd = rows({ name: '__proto__' }, { name: 'constructor', tags: ['__proto__'] })

  expect(planImport(odd, []).created.map(({ name }) => name)).toEqual(['__proto__', 'constructor'])
})

/** The guests after the import, as the database would hold them. */
function carriedOut(plan: ImportPlan, existing: readonly ExistingGuest[]): ExistingGuest[] {
  const edited = existing.map((was) =>
    Object.assign({}, was, plan.updated.find(({ guestId }) => guestId === was.id)?.change),
  )
  return [...edited, ...plan.created.map(({ line, ...cells }) => guest(`line ${line}`, cells))]
}

const anyRow = fc.record({
  name: fc.option(fc.constantFrom('Amina', 'Ben', 'Cleo')),
  email: fc.option(fc.constantFrom('a@example.com', 'b@example.com'), { freq: 3 }),
  phone: fc.option(fc.constantFrom('112', '113')),
  rsvpStatus: fc.option(fc.constantFrom('pending', 'attending', 'declined')),
  partySize: fc.option(fc.constantFrom(1, 2)),
  tags: fc.subarray(['x', 'y', 'z']),
  household: fc.option(fc.constantFrom('Diallo', 'Sow')),
})
const anyFile = fc
  .array(
    anyRow.filter(({ name, email }) => name !== null || email !== null),
    { maxLength: 6 },
  )
  .map((cells) => rows(...cells))

test('the same file twice changes nothing the second time, whatever was there', () => {
  fc.assert(
    fc.property(anyFile, anyFile, (earlier, file) => {
      const before = carriedOut(planImport(earlier, []), [])
      const after = carriedOut(planImport(file, before), before)

      const again = planImport(file, after)

      expect(again.created).toEqual([])
      expect(again.updated).toEqual([])
    }),
    { numRuns: 3_000 },
  )
})

test('an import never breaks the rule of one household per address, erases nothing, and leaves answers alone', () => {
  fc.assert(
    fc.property(anyFile, anyFile, (earlier, file) => {
      const before = carriedOut(planImport(earlier, []), []).map((was, i) =>
        Object.assign({}, was, { respondedAt: i % 2 ? at : null }),
      )
      const plan = planImport(file, before)

      const after = carriedOut(plan, before)

      const byAddress = Map.groupBy(
        after.filter(({ email }) => email !== null),
        ({ email }) => email,
      )
      for (const [{ household }, ...others] of byAddress.values() as Iterable<[ExistingGuest, ...ExistingGuest[]]>) {
        expect(others.every((other) => household !== null && other.household === household)).toBe(true)
      }
      for (const was of before) {
        const is = after.find(({ id }) => id === was.id)!
        expect((['name', 'phone', 'household'] as const).filter((cell) => was[cell] && !is[cell])).toEqual([])
        expect(is.tags).toEqual(expect.arrayContaining([...was.tags]))
      }
      const answers = (guests: readonly ExistingGuest[]) =>
        guests.filter(({ respondedAt }) => respondedAt).map(({ rsvpStatus, partySize }) => [rsvpStatus, partySize])
      expect(answers(after)).toEqual(answers(before))
    }),
    { numRuns: 2_000 },
  )
})

test('an export can be imported as it is, and changes nothing', () => {
  fc.assert(
    fc.property(anyFile, (file) => {
      const guests = carriedOut(planImport(file, []), [])

      const exported = readGuestCsv(
        new TextEncoder().encode(writeGuestCsv(guests.map((g) => ({ ...g, tags: [...g.tags] })))),
      )

      if (exported.kind === 'refused') throw new Error(exported.refusal.detail)
      expect(planImport(exported.rows, guests)).toMatchObject({
        created: [],
        updated: [],
        rejected: [],
        unchanged: guests.length,
      })
    }),
  )
})

test.each<[string, (i: number) => Partial<GuestRow>, number]>([
  ['guests', (i) => ({ name: `Guest ${i}`, email: `guest${i}@example.com` }), 100_000],
  ['rows of one guest', () => ({ name: 'Amina', email: 'a@example.com' }), 1],
  ['members of one household', (i) => ({ name: `Guest ${i}`, email: 'a@example.com', household: 'Diallo' }), 100_000],
  ['namesakes', (i) => ({ name: 'Amina', household: `Household ${i}` }), 100_000],
])('a hundred thousand %s are merged without the work growing faster than the file', (_, row, guests) => {
  const many = rows(...Array.from({ length: 100_000 }, (_gap, i) => row(i)))
  const begin = performance.now()

  const plan = planImport(many, [])
  const existing = plan.created.map(({ line, ...cells }) => guest(`line ${line}`, cells))

  expect(plan.created).toHaveLength(guests)
  expect(planImport(many, existing).unchanged).toBe(guests)
  expect(performance.now() - begin).toBeLessThan(10_000)
})
