import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Choice } from '@/components/ui/choice'
import { errorsUnder } from '@/components/ui/field-errors'
import type { ActionKind, ActionUse, KindOf } from '@/lib/tickets/actions/action-kinds'
import type { Action } from '@/lib/tickets/actions/schema'
import { ActionFields } from './action-fields'
import { type ActionChoices, type ActionDraft, offeredKinds, useActionWords } from './action-words'

const most = 10

interface Props<U extends ActionUse> {
  use: U
  actions: Action<KindOf<U>>[]
  choices: ActionChoices
  /** Of the reader. */
  permissions: readonly string[]
  /** What is wrong with a field of an action: `0.assigneeId`. */
  errors?: Record<string, string[]>
  /** How few there must be. */
  fewest?: number
  onChange: (actions: Action<KindOf<U>>[]) => void
}

/** Actions one after the other, as they will be done: what each is, and what it needs to know. */
export function ActionList<U extends ActionUse>({ use, actions, choices, permissions, errors = {}, fewest = 0, onChange }: Props<U>) {
  const common = useTranslations('common.actions')
  const t = useTranslations('tickets.actionFields')
  const { newAction } = useActionWords(choices)
  const offered = offeredKinds(use, choices, permissions)
  const [first] = offered
  const drafts = actions as ActionDraft[]
  const change = (next: ActionDraft[]) => onChange(next as Action<KindOf<U>>[])
  const replace = (at: number, action: ActionDraft) => change(drafts.map((each, index) => (index === at ? action : each)))
  return (
    <>
      {drafts.map((action, at) => {
        const wrong = errorsUnder(errors, String(at))
        // What has no place of its own in the form.
        const others = Object.entries(wrong).flatMap(([field, says]) => (field.includes('.') || !(field in action) ? says : []))
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: an action is its place
          <div key={`${at} ${action.kind}`} className="flex flex-wrap items-start gap-2 border-t pt-2">
            <div className="grid min-w-0 flex-1 basis-52 content-start gap-1.5">
              <span aria-hidden className="text-sm font-medium">
                {t('kind')}
              </span>
              <Choice
                label={t('kind')}
                value={action.kind}
                options={(offered.includes(action.kind) ? offered : [action.kind, ...offered]).map((kind) => ({
                  value: kind,
                  name: common(kind),
                }))}
                onChoose={(kind) => replace(at, newAction(kind as ActionKind))}
                className="h-9 px-3 text-[0.95em]"
              />
            </div>
            <ActionFields action={action} choices={choices} errors={wrong} onChange={(next) => replace(at, next)} />
            {drafts.length > fewest && (
              <Button
                size="small"
                variant="ghost"
                className="ms-auto"
                aria-label={t('remove', { number: at + 1 })}
                onClick={() => change(drafts.filter((_, index) => index !== at))}
              >
                <X aria-hidden />
              </Button>
            )}
            {others.length > 0 && (
              <p role="alert" className="basis-full text-sm text-danger">
                {others.join(' ')}
              </p>
            )}
          </div>
        )
      })}
      {drafts.length < most && first && (
        <Button size="small" variant="ghost" className="justify-self-start" onClick={() => change([...drafts, newAction(first)])}>
          <Plus aria-hidden /> {t('add')}
        </Button>
      )}
    </>
  )
}
