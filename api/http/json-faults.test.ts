import { expect, test } from 'vitest'
import { faultIn } from './json-faults.ts'

test('a pointer to a name with a slash leads to it and nowhere else', () => {
  expect(faultIn('{"a/b~c":{"d":1,"d":2}}')?.field).toBe('/a~1b~0c/d')
})

test('of a name without end the answer repeats the beginning', () => {
  const name = 'k'.repeat(400_000)

  expect(faultIn(`{"${name}":1,"${name}":1}`)?.field.length).toBeLessThan(200)
})
