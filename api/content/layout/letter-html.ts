import mjml2html from 'mjml'
import type { FrozenContent } from '../../domain/content.ts'
import { layoutMarks as at } from './marks.ts'
import { paper } from './paper.ts'

const { light, dark } = paper

const compiled = new Map<boolean, Promise<string>>()

/**
 * MJML takes tens of milliseconds, so it runs once per process; messages differ only in what stands at the marks, and in whether there
 * is still something to answer.
 */
export function letterHtml({ event }: FrozenContent): Promise<string> {
  const asks = !event.cancelled
  const html = compiled.get(asks) ?? compile(asks)
  compiled.set(asks, html)
  return html
}

async function compile(asks: boolean): Promise<string> {
  // Marks stand where MJML expects colours, which its validator would report; `fonts` keeps it from fetching web fonts.
  const { html } = await mjml2html(sourceOf(asks), { validationLevel: 'skip', keepComments: false, fonts: {} })
  return html
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
}

const ground = (color: string) => `background: ${color} !important; background-color: ${color} !important;`

const darkGrounds = (within = '') => `
  ${within} .page, ${within} .page > div { ${ground(dark.page)} }
  ${within} .card, ${within} .card > table { ${ground(dark.card)} }
  ${within} .panel { ${ground(dark.panel)} }
  ${within} .button td td, ${within} .button a { ${ground(at.darkButton)} }
  ${within} .edge > table > tbody > tr > td, ${within} .line { border-color: ${dark.line} !important; }`

const darkInks = (within = '') => `
  ${within} .ink { color: ${dark.ink} !important; }
  ${within} .text, ${within} .text div { color: ${dark.text} !important; }
  ${within} .muted, ${within} .muted div, ${within} .quiet { color: ${dark.muted} !important; }
  ${within} .link { color: ${at.darkLink} !important; }
  ${within} .button a { color: ${at.darkOnButton} !important; }`

const button = `<mj-button css-class="pad button" href="${at.rsvp}" align="left" padding="0 22px 20px" background-color="${at.button}" color="${at.onButton}" border-radius="8px" font-size="16px" line-height="20px" font-weight="bold" inner-padding="14px 28px">${at.buttonLabel}</mj-button>`

const sourceOf = (asks: boolean) => `
<mjml lang="en" dir="ltr">
  <mj-head>
    <mj-title>${at.title}</mj-title>
    <mj-preview>${at.preheader}</mj-preview>
    <mj-attributes>
      <mj-all font-family="Helvetica,Arial,sans-serif" />
      <mj-text font-size="16px" line-height="25px" color="${light.text}" padding="0 22px" />
    </mj-attributes>
    <mj-raw>
      <meta name="color-scheme" content="light dark">
      <meta name="supported-color-schemes" content="light dark">
    </mj-raw>
    <mj-style>
      :root { color-scheme: light dark; supported-color-schemes: light dark; }
      @media (min-width:480px) { .pad { padding-left: 36px !important; padding-right: 36px !important; } }
      @media (max-width:479px) { .button table { width: 100% !important; } .button a { display: block !important; } }
      @media (prefers-color-scheme:dark) { ${darkGrounds()} ${darkInks()} }
      ${darkGrounds('[data-ogsb]')} ${darkInks('[data-ogsc]')}
    </mj-style>
  </mj-head>
  <mj-body width="620px" background-color="${light.page}" css-class="page">
    <mj-wrapper padding="24px 10px 0">
      <mj-section css-class="card edge" background-color="${light.card}" border="1px solid ${light.line}" border-radius="12px" padding="0 0 12px">
        <mj-column>
          <mj-spacer height="12px" container-background-color="${at.band}" />
          <mj-text css-class="pad" padding="28px 22px 12px"><h1 class="ink" dir="auto" style="margin:0;font:normal 30px/36px Georgia,serif;color:${light.ink}">${at.title}</h1></mj-text>
          <mj-text css-class="pad text">${at.body}</mj-text>
          <mj-text css-class="pad text" padding="8px 22px 24px"><table role="presentation" class="panel" cellpadding="0" cellspacing="0" border="0" width="100%" style="background-color:${light.panel};border-radius:10px;border-collapse:separate"><tr><td style="padding:11px 18px"><table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%" style="font-size:16px;line-height:23px">${at.when}${at.where}${at.answer}</table></td></tr></table></mj-text>
          ${asks ? button : ''}
          <mj-text css-class="pad">${at.members}</mj-text>
        </mj-column>
      </mj-section>
    </mj-wrapper>
    <mj-section padding="20px 10px 40px">
      <mj-column>
        <mj-text css-class="muted" align="center" font-size="13px" line-height="20px" color="${light.muted}">${at.why}<br>
          <a class="quiet" href="${at.preferences}" style="color:${light.muted}">Preferences</a> &middot;
          <a class="quiet" href="${at.unsubscribe}" style="color:${light.muted}">Unsubscribe from this event</a><br>
          Sent by ${at.signature} through Tidings</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`
