import { $, element, fileSize } from './dom.js'

// The reading pane: one mail as the guest sees it (in a frame that may run nothing), as text, or as it went over the wire.

const dark = matchMedia('(prefers-color-scheme: dark)').matches
const choice = { view: 'html', width: 'full', scheme: dark ? 'dark' : 'light' }
let current = null
let wanted = null

for (const key of Object.keys(choice)) {
  for (const button of document.querySelectorAll(`button[data-${key}]`)) {
    button.addEventListener('click', () => {
      choice[key] = button.dataset[key]
      show()
    })
  }
}

/** Shows the mail; answers whether it is still there. */
export async function openMail(id) {
  wanted = id
  const reply = id === null ? null : await fetch(`/mails/${id}`)
  if (wanted !== id) return false
  current = reply?.ok ? await reply.json() : null
  $('reader').hidden = !current
  if (!current) return false
  showHead()
  await show()
  return true
}

function showHead() {
  $('subject').textContent = current.subject
  const facts = {
    From: current.from,
    To: current.headerTo || current.to,
    'Reply to': current.replyTo,
    Arrived: new Date(current.at).toLocaleString(),
  }
  const lines = Object.entries(facts).filter(([, value]) => value)
  $('facts').replaceChildren(
    ...lines.flatMap(([name, value]) => [element('dt', { textContent: name }), element('dd', { textContent: value })]),
  )
  $('attachments').replaceChildren(...current.attached.map(attachmentItem))
}

function attachmentItem({ index, name, bytes }) {
  const href = `/mails/${current.id}/attachments/${index}`
  return element('li', {}, element('a', { href, textContent: `${name} · ${fileSize(bytes)}` }))
}

async function show() {
  for (const [key, value] of Object.entries(choice)) {
    for (const button of document.querySelectorAll(`button[data-${key}]`)) {
      button.setAttribute('aria-pressed', String(button.dataset[key] === value))
    }
  }
  const asMail = choice.view === 'html'
  $('widths').hidden = !asMail
  $('schemes').hidden = !asMail
  $('paper').classList.toggle('phone', asMail && choice.width === 'phone')
  if (asMail) showFrame()
  else await showWords()
}

/** The frame is kept when only its width or colours change, so the mail does not load twice. */
function showFrame() {
  const open = $('paper').querySelector('iframe')
  const keep = open?.dataset.id === String(current.id)
  const frame = keep ? open : element('iframe', { title: 'The mail', src: `/mails/${current.id}/html` })
  frame.setAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox')
  frame.dataset.id = current.id
  frame.className = choice.scheme
  if (!keep) $('paper').replaceChildren(frame)
}

async function showWords() {
  const { id, text } = current
  const words = choice.view === 'text' ? text : await (await fetch(`/mails/${id}/source`)).text()
  if (current.id === id) $('paper').replaceChildren(element('pre', { textContent: words, tabIndex: 0 }))
}
