import { expect, test } from 'vitest'
import { appForTest } from '../../../test/app.ts'

const path = '/account/settings'

test('nothing is tracked until a host says so, and each switch is its own', async () => {
  const at = await appForTest()
  const host = await at.signUp('host@example.org')

  expect((await host.get(path)).body).toEqual({ trackOpens: false, trackClicks: false })
  expect((await host.patch(path, { trackClicks: true })).body).toEqual({ trackOpens: false, trackClicks: true })
  expect((await host.patch(path, { trackOpens: true })).body).toEqual({ trackOpens: true, trackClicks: true })
  expect((await host.patch(path, { trackClicks: false })).body).toEqual({ trackOpens: true, trackClicks: false })
  expect((await host.patch(path, {})).body).toEqual({ trackOpens: true, trackClicks: false })
  expect((await host.get(path)).body).toEqual({ trackOpens: true, trackClicks: false })
})

test('one host decides nothing for another', async () => {
  const at = await appForTest()
  const host = await at.signUp('host@example.org')
  const other = await at.signUp('other@example.org')

  await host.patch(path, { trackOpens: true })

  expect((await other.get(path)).body).toEqual({ trackOpens: false, trackClicks: false })
})

test.each([{ trackOpens: 'yes' }, { trackOpens: null }, { trackEverything: true }, { hostId: 'x', trackOpens: true }])(
  '%j is refused',
  async (change) => {
    const at = await appForTest()
    const host = await at.signUp('host@example.org')

    expect((await host.patch(path, change)).status).toBe(400)
    expect((await host.get(path)).body).toEqual({ trackOpens: false, trackClicks: false })
  },
)
