import type { Metadata } from 'next'
import { SetupProgress } from '@/components/platform/setup-progress'
import { Card } from '@/components/ui/layout'

export const metadata: Metadata = { title: 'Setting up · Baraza' }

export default async function Setup({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <main className="mx-auto grid min-h-screen w-full max-w-md content-center gap-5 p-5">
      <Card className="grid gap-4 p-6">
        <SetupProgress tenantId={id} />
      </Card>
    </main>
  )
}
