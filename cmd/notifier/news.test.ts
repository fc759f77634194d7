import { expect, test } from 'vitest'
import { createNews } from './news.ts'

/** A database that is away for so many writes. */
function givenNews({ away }: { away: number }) {
  const written: string[] = []
  const errors: unknown[] = []
  let left = away
  const news = createNews((error) => errors.push(error))
  const write = (what: string) => async () => {
    if (left-- > 0) throw new Error('the database is away')
    written.push(what)
  }
  return { news, write, written, errors }
}

test('what could not be written goes first the next time, and in order', async () => {
  const { news, write, written, errors } = givenNews({ away: 1 })

  news.add(write('closed'))
  await expect(news.told()).rejects.toThrow('away')
  news.add(write('open'))
  await news.told()

  expect(written).toEqual(['closed', 'open'])
  expect(errors).toHaveLength(1)
})

test('as long as something is not written, whoever asks is told so', async () => {
  const { news, write } = givenNews({ away: 5 })

  news.add(write('closed'))

  for (let time = 0; time < 4; time++) await expect(news.told()).rejects.toThrow('away')
})

test('what fails for ever stands in nobody’s way', async () => {
  const { news, write, written } = givenNews({ away: 100 })
  news.add(write('never'))
  for (let time = 0; time < 100; time++) await news.told().catch(() => {})

  news.add(write('next'))
  await news.told()

  expect(written).toEqual(['next'])
})
