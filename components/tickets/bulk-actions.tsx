import { Archive, Building2, CircleDot, CirclePause, Flag, type LucideIcon, Merge, Tag, Trash2, UserRound, Zap } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ComponentType, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Choice } from '@/components/ui/choice'
import { FormDialog } from '@/components/ui/form-dialog'
import type { ActionError } from '@/components/ui/use-action'
import { type ActionKind, controlsOf } from '@/lib/tickets/actions/action-kinds'
import type { BulkChange } from '@/lib/tickets/actions/schema'
import { ActionFields } from './action-fields'
import { type ActionChoices, type ActionDraft, meantBy, offeredKinds, useActionWords } from './action-words'
import type { ListedTicket } from './listed'
import { MergeMany } from './merge-many'
import { MoveDialog } from './move-dialog'

/** Where a picture says it sooner; any other has the same one. */
const icons: Partial<Record<string, LucideIcon>> = {
  assign: UserRound,
  status: CircleDot,
  priority: Flag,
  department: Building2,
  tags: Tag,
  hold: CirclePause,
  macro: Zap,
  merge: Merge,
  archive: Archive,
  delete: Trash2,
}
const dangerous: readonly string[] = ['delete']

/** What asks for an action in a way of its own. */
const dialogs: Partial<Record<string, ComponentType<DialogProps>>> = {
  hold: ({ timeZone, error, isPending, run, onClose }) => (
    <MoveDialog
      to="hold"
      timeZone={timeZone}
      error={error}
      isPending={isPending}
      onCancel={onClose}
      onMove={({ reason, holdUntil }) => {
        void run({ kind: 'hold', reason, holdUntil })
        onClose()
      }}
    />
  ),
  merge: MergeMany,
}

/** Kinds that are about all of the chosen tickets at once, which therefore have to be known. */
const ofSeveral: readonly string[] = ['merge']

interface Props {
  /** The chosen tickets that the list shows. */
  tickets: readonly ListedTicket[]
  /** Others are chosen as well. */
  isWhole: boolean
  timeZone: string
  choices: ActionChoices
  permissions: readonly string[]
  /** What any of the chosen tickets can be changed to; null while that is not known. */
  statuses: readonly string[] | null
  error: ActionError | null
  isPending: boolean
  run: (change: BulkChange, isSure?: boolean) => Promise<boolean>
}

type DialogProps = Pick<Props, 'tickets' | 'timeZone' | 'error' | 'isPending' | 'run'> & { onClose: () => void }

/** Every action that can be done with many tickets: a button, a list to choose from, or a form, by what it needs to know. */
export const BulkActions = (props: Props) =>
  offeredKinds('bulk', props.choices, props.permissions)
    .filter((kind) => !ofSeveral.includes(kind) || (props.tickets.length > 1 && !props.isWhole))
    .map((kind) => <BulkAction key={kind} kind={kind} {...props} />)

function BulkAction(props: Props & { kind: ActionKind }) {
  const { kind, choices, statuses, error, isPending, run } = props
  const common = useTranslations('common.actions')
  const words = useActionWords(choices)
  const Icon = icons[kind] ?? Zap
  const controls = controlsOf(kind)
  const [needed, ...others] = controls.filter(([, control]) => !control.isOptional)
  const options = needed && others.length === 0 ? words.optionsOf(needed[1]) : null
  const send = (action: ActionDraft) => run(action as BulkChange)
  const dialog = dialogs[kind]
  if (dialog) return <OwnDialog icon={Icon} name={common(kind)} draw={dialog} {...props} />
  if (controls.length === 0)
    return (
      <Button size="small" variant={dangerous.includes(kind) ? 'danger' : undefined} onClick={() => void send({ kind })}>
        <Icon aria-hidden /> {common(kind)}
      </Button>
    )
  if (!needed || !options) return <BulkForm kind={kind} icon={Icon} {...{ choices, error, isPending, send }} />
  const [field, control] = needed
  const label = words.label(control)
  const offered = kind === 'status' && statuses ? options.filter(({ value }) => statuses.includes(value)) : options
  return (
    <Choice
      label={label}
      side="top"
      value=""
      options={offered}
      onChoose={(chosen) => void send({ ...words.newAction(kind), [field]: meantBy(control, chosen) })}
      trigger={
        <>
          <Icon aria-hidden /> {label}
        </>
      }
    />
  )
}

function OwnDialog({
  icon: Icon,
  name,
  draw: Draw,
  ...props
}: Props & { icon: LucideIcon; name: string; draw: ComponentType<DialogProps> }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        <Icon aria-hidden /> {name}
      </Button>
      {isOpen && <Draw {...props} onClose={() => setOpen(false)} />}
    </>
  )
}

interface FormProps extends Pick<Props, 'choices' | 'error' | 'isPending'> {
  kind: ActionKind
  icon: LucideIcon
  send: (action: ActionDraft) => Promise<boolean>
}

function BulkForm({ kind, icon, choices, error, isPending, send }: FormProps) {
  const common = useTranslations('common.actions')
  const words = useActionWords(choices)
  const [action, setAction] = useState(() => words.newAction(kind))
  return (
    <FormDialog
      icon={icon}
      trigger={common(kind)}
      title={common(kind)}
      submit={common(kind)}
      error={error}
      isPending={isPending}
      onSubmit={() => send(action)}
    >
      <ActionFields action={action} choices={choices} errors={error?.fields} onChange={setAction} />
    </FormDialog>
  )
}
