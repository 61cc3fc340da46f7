'use client'

import { Button } from '@/components/ui/button'

export default function Failed({ error, retry, reset }: { error: Error & { digest?: string }; retry?: () => void; reset: () => void }) {
  return (
    <main className="mx-auto grid min-h-[70vh] max-w-md content-center gap-4 p-6">
      <h1 className="text-2xl font-semibold">Something went wrong on our side</h1>
      <p className="text-muted">
        It was logged{error.digest ? ` as ${error.digest}` : ''}. Nothing you had saved is lost; try again in a moment.
      </p>
      <Button onClick={retry ?? reset} className="justify-self-start">
        Try again
      </Button>
    </main>
  )
}
