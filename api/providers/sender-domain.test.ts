import { expect, test } from 'vitest'
import { checkSenderDomain } from './sender-domain.ts'

const spf = [['v=spf1 include:', 'spf.example -all']]
const dmarc = [['v=DMARC1; p=none']]

/** A name server that knows these, and says of all others that there are none. */
function serverWith(records: Record<string, string[][]>) {
  return async (name: string) => {
    const found = records[name]
    if (found) return found
    throw Object.assign(new Error('queryTxt ENOTFOUND'), { code: 'ENOTFOUND' })
  }
}

test.each([
  [{ 'a.example': spf, '_dmarc.a.example': dmarc }, true, /has SPF and DMARC/],
  [{ 'a.example': [['google-site-verification=x'], ...spf] }, false, /no DMARC record/],
  [{ '_dmarc.a.example': dmarc }, false, /no SPF record/],
  [{}, false, /no SPF and no DMARC record/],
])('a domain with the records %j', async (records, ok, words) => {
  expect(await checkSenderDomain('hello@a.example', serverWith(records))).toEqual({
    ok,
    words: expect.stringMatching(words),
  })
})

test('without a name server nobody can tell', async () => {
  const away = async () => Promise.reject(Object.assign(new Error('timeout'), { code: 'ETIMEOUT' }))

  expect(await checkSenderDomain('hello@a.example', away)).toMatchObject({ ok: null })
  expect(await checkSenderDomain('hello@localhost', away)).toMatchObject({ ok: false })
})
