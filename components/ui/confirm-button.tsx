'use client'

import { type ReactNode, useState } from 'react'
import { Button } from './button'
import { Dialog } from './dialog'

interface Props {
  /** What the button and the confirmation say: "Remove". */
  action: string
  title: string
  says: string
  isPending: boolean
  onConfirm: () => Promise<boolean>
  icon?: ReactNode
}

/** A dangerous action with one question in between. */
export function ConfirmButton({ action, title, says, isPending, onConfirm, icon }: Props) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button variant="danger" size="small" onClick={() => setOpen(true)} aria-label={`${action}: ${title}`}>
        {icon}
        {action}
      </Button>
      <Dialog title={title} says={says} isOpen={isOpen} onOpenChange={setOpen}>
        <div className="flex justify-end gap-2">
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button
            variant="danger"
            isPending={isPending}
            onClick={async () => {
              if (await onConfirm()) setOpen(false)
            }}
          >
            {action}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
