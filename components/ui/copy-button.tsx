'use client'

import { Copy } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from './button'
import { toast } from './toast'

export function CopyButton({ value }: { value: string }) {
  const t = useTranslations('ui')
  return (
    <Button
      size="small"
      variant="ghost"
      aria-label={t('copyValue', { value })}
      onClick={() =>
        navigator.clipboard.writeText(value).then(
          () => toast.success(t('copied')),
          () => toast.error(t('copyRefused')),
        )
      }
    >
      <Copy aria-hidden />
    </Button>
  )
}
