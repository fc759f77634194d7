export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger' | 'destroy'
export type ButtonSize = 'small' | 'normal' | 'large'

const shape =
  'inline-flex items-center justify-center gap-2 rounded-control border font-semibold text-center transition-colors no-underline select-none'

/** `destroy` is filled red and belongs inside a confirming dialog only. */
const looks: Record<ButtonVariant, string> = {
  primary: 'bg-accent border-transparent text-on-accent hover:bg-accent-hi',
  secondary: 'bg-surface border-line-2 text-ink hover:bg-sunken',
  quiet: 'bg-transparent border-transparent text-ink-2 hover:bg-sunken hover:text-ink',
  danger: 'bg-surface border-line-2 text-bad-ink hover:bg-bad-soft hover:border-bad-line',
  destroy: 'bg-bad border-transparent text-on-bad hover:bg-bad-ink',
}

const disabledLook = 'bg-transparent border-dashed border-line-2 text-ink-3'

// The padding above and below is for labels of two lines, on a phone; one line has more room than that.
const sizes: Record<ButtonSize, string> = {
  small: 'min-h-[1.875rem] px-2.5 py-0.5 text-small max-sm:min-h-11',
  normal: 'min-h-(--control) px-3.5 py-1.5 text-body',
  large: 'min-h-11 px-5 py-1.5 text-body max-sm:min-h-12',
}

export function buttonClass({
  variant,
  size,
  disabled,
}: {
  variant: ButtonVariant
  size: ButtonSize
  disabled: boolean
}): string {
  return `${shape} ${sizes[size]} ${disabled ? disabledLook : `${looks[variant]} active:translate-y-px`}`
}
