import { useTranslations } from 'next-intl'
import { Choice } from '@/components/ui/choice'
import { Checkbox } from '@/components/ui/field'
import type { Reference } from '@/lib/core/schema'
import { recipientRoles } from '@/lib/tickets/actions/action-kinds'
import type { Recipients } from '@/lib/tickets/actions/schema'

/** Whom an action tells: by what they are to the ticket, by role, and by name. */
export function RecipientFields({ to, people, onChange }: { to: Recipients; people: Reference[]; onChange: (to: Recipients) => void }) {
  const t = useTranslations('tickets.actionFields.recipients')
  const toggle = <T,>(list: T[], item: T) => (list.includes(item) ? list.filter((each) => each !== item) : [...list, item])
  return (
    <div className="flex min-h-9 flex-1 flex-wrap items-center gap-x-4 gap-y-1.5">
      <Checkbox label={t('assignee')} checked={to.assignee} onChange={() => onChange({ ...to, assignee: !to.assignee })} />
      <Checkbox label={t('lead')} checked={to.lead} onChange={() => onChange({ ...to, lead: !to.lead })} />
      <Checkbox label={t('members')} checked={to.members} onChange={() => onChange({ ...to, members: !to.members })} />
      {recipientRoles.map((role) => (
        <Checkbox
          key={role}
          label={t(`roles.${role}`)}
          checked={to.roles.includes(role)}
          onChange={() => onChange({ ...to, roles: toggle(to.roles, role) })}
        />
      ))}
      {to.personIds.map((id) => (
        <Checkbox
          key={id}
          label={people.find((person) => person.id === id)?.name ?? t('formerMember')}
          checked
          onChange={() => onChange({ ...to, personIds: toggle(to.personIds, id) })}
        />
      ))}
      <Choice
        label={t('others')}
        placeholder={t('others')}
        className="w-56"
        value=""
        options={people.flatMap(({ id, name }) => (to.personIds.includes(id) ? [] : [{ value: id, name }]))}
        onChoose={(id) => onChange({ ...to, personIds: [...to.personIds, id] })}
      />
    </div>
  )
}
