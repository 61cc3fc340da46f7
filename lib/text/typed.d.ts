import type messages from '../../messages/en.json'
import type { formats } from './formats'

// Keys and arguments are checked against the English catalogue; the names of formats against ours.
declare module 'use-intl/core' {
  interface AppConfig {
    Messages: typeof messages
    Formats: typeof formats
  }
}
