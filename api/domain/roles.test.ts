import { expect, test } from 'vitest'
import { atLeast, type Role } from './roles.ts'

const table: [Role, needed: Role, boolean][] = [
  ['owner', 'owner', true],
  ['owner', 'editor', true],
  ['owner', 'viewer', true],
  ['editor', 'owner', false],
  ['editor', 'editor', true],
  ['editor', 'viewer', true],
  ['viewer', 'owner', false],
  ['viewer', 'editor', false],
  ['viewer', 'viewer', true],
]

test.each(table)('for %s, what needs %s is %s', (role, needed, allowed) => {
  expect(atLeast(role, needed)).toBe(allowed)
})
