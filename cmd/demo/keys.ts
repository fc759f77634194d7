import { randomBytes, randomInt } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a restart must find again: with another secret every personal link and session would end. */
export type DemoKeys = { secretKey: string; hostPassword: string; seeded: boolean }

const words = [
  'amber',
  'brine',
  'cedar',
  'delta',
  'ember',
  'fjord',
  'gale',
  'harbour',
  'inlet',
  'juniper',
  'kelp',
  'lantern',
].concat(['marsh', 'north', 'oar', 'pebble', 'quay', 'reed', 'sail', 'tide', 'umber', 'violet', 'wharf', 'yarrow'])

/** Reads `.data/demo.json`, or makes it: a random secret, and a password that can be read out aloud. */
export function readKeys(data: string): DemoKeys {
  try {
    return JSON.parse(readFileSync(pathOf(data), 'utf8')) as DemoKeys
  } catch {
    const keys = { secretKey: randomBytes(32).toString('base64url'), hostPassword: spokenPassword(), seeded: false }
    writeKeys(data, keys)
    return keys
  }
}

export function writeKeys(data: string, keys: DemoKeys) {
  writeFileSync(pathOf(data), `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 })
}

function pathOf(data: string) {
  return join(data, 'demo.json')
}

/** Three of 24 words and four digits: 27 bits, behind the sign-in's rate limit, on a loopback demo. */
function spokenPassword() {
  const chosen = Array.from({ length: 3 }, () => words[randomInt(words.length)])
  return [...chosen, randomInt(1000, 10_000)].join('-')
}
