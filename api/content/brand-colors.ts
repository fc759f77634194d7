import { contrast, toHex, toOklch, type Oklch } from './oklch.ts'

export type BrandPalette = {
  /** Ground of the button and of the band. */
  button: string
  /** Text on the button. */
  onButton: string
  /** Links in the text. */
  link: string
}

export type BrandColors = {
  light: BrandPalette
  dark: BrandPalette
  /** The picked colour could not be used as it is; the host is told so. */
  moved: boolean
}

/** Petrol, the colour of Tidings itself, for events that brought none. */
const defaultBrand = '#055970'

/** What the colours stand on: the card and the panel of the mail, light and dark. */
export const grounds = { light: ['#ffffff', '#f3f4f1'], dark: ['#19211e', '#222b28'] } as const

/** WCAG 2.2, 1.4.3 (text) and 1.4.11 (controls). */
const textContrastMin = 4.5
const controlContrastMin = 3

/** Dark grounds take the colour pastel: bright enough to carry dark ink, in the key of the dark palette's own accent. */
const darkButtonLightness = 0.8
const darkLinkLightness = 0.84
const darkChromaMax = 0.12

const lightnessStep = 0.005

/** Readable pairs from the one colour that a host picks: the hue stays, lightness moves until text and button can be read. */
export function brandColors(picked: string = defaultBrand): BrandColors {
  const hex = /^#[0-9a-f]{6}$/i.test(picked) ? picked.toLowerCase() : defaultBrand
  const color = toOklch(hex)
  const button = darkenUntil(color, (shade) => isControlOn(shade, grounds.light) && inkFor(shade, color) !== undefined)
  const pastel = { ...color, c: Math.min(color.c, darkChromaMax) }
  const darkButton = toHex({ ...pastel, l: Math.max(color.l, darkButtonLightness) })
  return {
    light: {
      button,
      onButton: inkFor(button, color)!,
      link: darkenUntil(color, (shade) => isTextOn(shade, grounds.light)),
    },
    dark: {
      button: darkButton,
      onButton: darkInk(color),
      link: toHex({ ...pastel, l: Math.max(color.l, darkLinkLightness) }),
    },
    moved: button !== hex,
  }
}

function darkenUntil(color: Oklch, isReadable: (shade: string) => boolean): string {
  let shade = toHex(color)
  for (let l = color.l - lightnessStep; l > 0 && !isReadable(shade); l -= lightnessStep) shade = toHex({ ...color, l })
  return shade
}

/** White where it can be read, else a dark ink of the same hue; a few middle tones carry neither and are darkened. */
function inkFor(button: string, color: Oklch): string | undefined {
  return ['#ffffff', darkInk(color)].find((ink) => contrast(ink, button) >= textContrastMin)
}

function darkInk({ c, h }: Oklch): string {
  return toHex({ l: 0.22, c: Math.min(c, 0.04), h })
}

function isTextOn(shade: string, under: readonly string[]): boolean {
  return under.every((ground) => contrast(shade, ground) >= textContrastMin)
}

function isControlOn(shade: string, under: readonly string[]): boolean {
  return under.every((ground) => contrast(shade, ground) >= controlContrastMin)
}
