import { expect, onTestFinished, test } from 'vitest'
import { openSocket } from '../../../test/live-clients.ts'
import { liveStage } from '../../../test/live-stage.ts'
import { nginxPath, startNginx } from '../../../test/nginx.ts'
import { within } from '../../../test/patience.ts'

const path = nginxPath()
if (!path && process.env.CI) throw new Error('nginx is needed in CI: apt-get install nginx-light, or set NGINX_PATH')
if (!path) console.log('Left out: the stream behind nginx, for there is none here (apt-get install nginx-light).')

test.skipIf(!path)('behind an nginx that buffers and compresses, frames arrive one by one', async () => {
  const stage = await liveStage()
  const nginx = await startNginx(path!, stage.base)
  onTestFinished(nginx.stop)
  const headers = { 'accept-encoding': 'gzip' }
  const client = await stage.stream({ from: nginx.base, headers })
  await within(() => expect(client.figures()).toHaveLength(1))

  for (let n = 1; n <= 5; n++) {
    await stage.opens(stage.message.id)
    await within(() => expect(client.figures().at(-1).counts.opened).toBe(n))
    expect(client.figures()).toHaveLength(n + 1)
  }

  expect(client.headers['content-encoding']).toBeUndefined()
  client.close()
  await within(() => expect(stage.at.hub.totalConnections()).toBe(0))
})

test.skipIf(!path)('behind nginx a socket is upgraded, and its frames arrive', async () => {
  const stage = await liveStage()
  const nginx = await startNginx(path!, stage.base)
  onTestFinished(nginx.stop)
  const { cookie } = stage.host
  const { socket, frames } = await openSocket(nginx.base, `/realtime/messages/${stage.message.id}`, { cookie })
  onTestFinished(() => socket.terminate())
  await within(() => expect(frames).toHaveLength(1))

  await stage.opens(stage.message.id, 3)

  await within(() => expect(frames.at(-1)).toMatchObject({ type: 'message', counts: { opened: 3 } }))
})
