import type { Component } from 'vue'

export type MenuItem = {
  label: string
  choose: () => void
  icon?: Component
  help?: string
  danger?: boolean
  disabled?: boolean
  /** A line above it. */
  apart?: boolean
}
