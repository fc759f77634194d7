import { startResendPeer } from '../../test/peers/resend-server.ts'

// A child process: Resend's API on loopback, as the tests have it. It counts mails and requests, keeps no mail, and refuses what Resend refuses.

/** Its default limit is Resend's own, a few calls a second; here the sender is to be the limit. */
const callsPerSecond = 1_000_000

const peer = await startResendPeer({ keep: false, callsPerSecond })

process.on('message', (question: { do: 'reset' | 'report' }) => {
  if (question.do === 'reset') {
    peer.clear()
    peer.forgetKeys()
    peer.requests.length = 0
    process.send?.({ reset: true })
    return
  }
  const bytes = peer.requests.reduce((sum, { body }) => sum + body.length, 0)
  const counts = { mails: peer.count, recipients: peer.counts.size, doubled: peer.doubled.length }
  process.send?.({ ...counts, bytes, requests: peer.requests.length })
})
process.send?.({ url: peer.url, apiKey: peer.apiKey })
