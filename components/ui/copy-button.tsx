'use client'

import { Copy } from 'lucide-react'
import { toast } from 'sonner'
import { Button } from './button'

export function CopyButton({ value }: { value: string }) {
  return (
    <Button
      size="small"
      variant="ghost"
      aria-label={`Copy ${value}`}
      onClick={() =>
        navigator.clipboard.writeText(value).then(
          () => toast.success('Copied.'),
          () => toast.error('The browser did not allow copying.'),
        )
      }
    >
      <Copy aria-hidden />
    </Button>
  )
}
